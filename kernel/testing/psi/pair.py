"""Both sides of a PSI protocol in one process; each can be killed at any of its messages and run again."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import PeerGone
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi.port import Digests, Found, Learns, Psi, Side, Terms, Vault
from kernel.testing.channel import Killed

_PATIENCE_S = 120.0
SENDER, RECEIVER = "sender", "receiver"
Alter = Callable[[str, str, bytes], bytes]  # (side, step, payload) → what arrives


@dataclass
class Line:
    """What lies between the two sides: named messages, each delivered once, and both sides' vaults."""

    alter: Alter | None = None
    transcript: list[tuple[str, str, bytes]] = field(default_factory=list)
    vaults: dict[str, dict[str, bytes]] = field(default_factory=lambda: {SENDER: {}, RECEIVER: {}})
    repeated: list[tuple[str, str]] = field(default_factory=list)  # sent again, with other contents
    gone: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, side: str, step: str, payload: bytes) -> None:
        """Deliver a message; once more the same does nothing, and other contents are noted."""
        with self.changed:
            known = next((sent for who, name, sent in self.transcript if (who, name) == (side, step)), None)
            if known is None:
                self.transcript.append((side, step, payload))
                self.changed.notify_all()
            elif known != payload:
                self.repeated.append((side, step))

    def take(self, side: str, step: str) -> bytes:
        """Wait for what the other side sends under a name, or for its end."""
        other = RECEIVER if side == SENDER else SENDER
        with self.changed:
            found: list[bytes] = []

            def there() -> bool:
                found[:] = [sent for who, name, sent in self.transcript if (who, name) == (other, step)]
                return bool(found) or other in self.gone

            if not self.changed.wait_for(there, _PATIENCE_S) or not found:
                raise PeerGone(f"the {other} has sent no {step!r}", party=other)
            return self.alter(other, step, found[0]) if self.alter else found[0]

    def end(self, side: str) -> None:
        """Note that a side sends nothing more."""
        with self.changed:
            self.gone.add(side)
            self.changed.notify_all()


@dataclass
class End:
    """One side's wire and vault; dies before its `dies_at`-th use of the wire."""

    line: Line
    side: str
    dies_at: int | None = None
    used: int = 0

    def _use(self) -> None:
        if self.used == self.dies_at:
            raise Killed
        self.used += 1

    def send(self, step: str, payload: bytes) -> None:
        """See `Wire.send`."""
        self._use()
        self.line.put(self.side, step, payload)

    def recv(self, step: str) -> bytes:
        """See `Wire.recv`."""
        self._use()
        return self.line.take(self.side, step)

    def sent(self, step: str) -> bool:
        """See `Wire.sent`."""
        return any((self.side, step) == (who, name) for who, name, _ in self.line.transcript)

    def get(self, name: str) -> bytes | None:
        """See `Vault.get`."""
        return self.line.vaults[self.side].get(name)

    def put(self, name: str, data: bytes) -> None:
        """See `Vault.put`."""
        self.line.vaults[self.side][name] = data


def align(
    psi: Psi,
    sender: Digests,
    receiver: Digests,
    learns: Learns,
    *,
    line: Line | None = None,
    dies: tuple[str, int] | None = None,
    shelves: Mapping[str, Vault] | None = None,
    values: Callable[[Digests], npt.NDArray[np.int64] | None] | None = None,
    **more: Any,
) -> dict[str, Found | BaseException]:
    """Run both sides to their ends; what each found, or what ended it.

    Parameters
    ----------
    line
        Of an earlier run, to go on from.
    dies
        Which side is killed, and before which use of its wire.
    shelves
        What outlives an alignment at each side.
    values
        Makes the sender's values; `values_of` if none is told.
    more
        What else the terms say.
    """
    line = line or Line()
    line.gone.clear()
    terms = Terms("task-1", len(sender), len(receiver), learns, **more)
    out: dict[str, Found | BaseException] = {}

    def run(name: str, digests: Digests) -> None:
        end = End(line, name, dies[1] if dies and dies[0] == name else None)
        own = (values or values_of)(digests)
        side = Side(terms, end, end, SystemRng(), in_order, _ignore, (shelves or {}).get(name), own)
        try:
            out[name] = (psi.send if name == SENDER else psi.receive)(side, digests)
        except BaseException as error:  # noqa: BLE001  the test looks at it, kills among them
            out[name] = error
        line.end(name)

    threads = [threading.Thread(target=run, args=item) for item in ((SENDER, sender), (RECEIVER, receiver))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def values_of(digests: Digests) -> npt.NDArray[np.int64]:
    """Give each digest a value of its own, of either sign."""
    return np.frombuffer(digests[:, :4].tobytes(), dtype=">i4").astype(np.int64)


def _ignore(done: float) -> None:
    del done


def in_order(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """See `Workers`: on this thread."""
    return map(function, parts)
