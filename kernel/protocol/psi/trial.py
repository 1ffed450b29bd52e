"""Tries protocols on this machine with a few ids in one process, which also compiles and caches what they compile.

`python -m kernel.protocol.psi.trial` tries all that a planner may choose, at low priority.
"""

import os
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from kernel.core.errors import ComponentFailure
from kernel.crypto.curve.paths import best
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Found, InMemory, Side, Terms, digests_of

_COUNT, _COMMON = 64, 16
_SIDES = ("sender", "receiver")


class TrialFailed(ComponentFailure):
    """A protocol gives a wrong result, or none, on this machine."""

    code = "HAN-4034"
    title = "A protocol does not work on this machine"
    hint = "Agree on another protocol; the detail says what happened here."


@dataclass
class _Both:
    """What both sides have sent, by side and name."""

    came: dict[tuple[str, str], bytes] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    over: bool = False


@dataclass
class _Wire:
    both: _Both
    side: str

    def send(self, step: str, payload: bytes) -> None:
        """See `Wire.send`."""
        with self.both.changed:
            self.both.came[self.side, step] = payload
            self.both.changed.notify_all()

    def recv(self, step: str) -> bytes:
        """See `Wire.recv`."""
        key = (_SIDES[self.side == _SIDES[0]], step)
        with self.both.changed:
            self.both.changed.wait_for(lambda: key in self.both.came or self.both.over)
            return self.both.came[key]

    def sent(self, step: str) -> bool:
        """See `Wire.sent`."""
        del step
        return False


def tried(name: str) -> float:
    """Align two small sets by a protocol, and return the seconds that it took.

    Raises
    ------
    TrialFailed
        It does not find the common ids.
    """
    start = time.monotonic()
    best()  # else the curve's compiled kernels are for larger sets only
    psi, both = protocols()[name], _Both()
    ids = digests_of([str(number) for number in range(2 * _COUNT - _COMMON)], bytes(32))
    sets = {_SIDES[0]: ids[:_COUNT], _SIDES[1]: ids[-_COUNT:]}
    terms = Terms("trial", _COUNT, _COUNT, min(psi.learns))
    found: dict[str, Found | Exception] = {}

    def run(role: str) -> None:
        values = np.ones(_COUNT, np.int64)
        side = Side(terms, _Wire(both, role), InMemory(), SystemRng(), map, lambda _: None, None, values)
        try:
            found[role] = (psi.send if role == _SIDES[0] else psi.receive)(side, sets[role])
        except Exception as problem:  # noqa: BLE001 - told as the protocol's failure
            found.setdefault(role, problem)
            with both.changed:
                both.over = True
                both.changed.notify_all()

    threads = [threading.Thread(target=run, args=(role,)) for role in _SIDES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = next((told for told in found.values() if isinstance(told, Exception)), None)
    receiver = found[_SIDES[1]]
    if wrong or not isinstance(receiver, Found) or receiver.size != _COMMON:
        raise TrialFailed(f"{name}: {type(wrong).__name__}: {wrong}" if wrong else f"{name}: a wrong result")
    return time.monotonic() - start


if __name__ == "__main__":
    os.nice(10)
    for _name, _psi in protocols().items():
        if _psi.automatic:
            tried(_name)
