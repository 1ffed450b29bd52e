"""A two-party protocol inside a job: its wire are the component's declared messages, its vault is the attempt.

The promoter is the receiver, and both learn. After a crash the next attempt begins anew, with new secrets.
"""

import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NoOverlap
from kernel.core.message import Message
from kernel.core.party import Party, Role
from kernel.core.wire import said_by
from kernel.crypto.prg import tag
from kernel.protocol.psi import planner, protocols
from kernel.protocol.psi.effort import AVX2, Link, Machine
from kernel.protocol.psi.port import InMemory, Learns, Side, Terms, digests_of
from kernel.protocol.psi.ring import Intersection

_SIZE = struct.Struct(">Q")
_MOST_IDS, _SALT_BYTES = 1 << 32, 32
AUTO = "auto"
# Both must pick alike and do not know the other's machine, so both take these: a usual one, and a usual way.
_USUAL, _WAY = Machine(4, AVX2), Link(1e9, 0.005)


@dataclass(frozen=True)
class PairMessages:
    """The messages as the component declares them; sizes, and what the protocol sends, by receiver."""

    size_to_provider: Message
    size_to_promoter: Message
    to_provider: Message
    to_promoter: Message
    salt: Message
    positions: Message


@dataclass
class _JobWire:
    """See `Wire`: an attempt begins anew, so nothing was sent before."""

    ctx: Context
    other: Party
    out: Message
    back: Message
    positions: Message

    def _message(self, step: str, usual: Message) -> Message:
        return self.positions if step == "common" else usual

    def send(self, step: str, payload: bytes) -> None:
        """See `Wire.send`."""
        self.ctx.send(self._message(step, self.out), payload, to=self.other, step=step)

    def recv(self, step: str) -> bytes:
        """See `Wire.recv`."""
        return self.ctx.recv(self._message(step, self.back), sender=self.other, step=step)

    def sent(self, step: str) -> bool:
        """See `Wire.sent`."""
        del step
        return False


def intersect_two(ctx: Context, messages: PairMessages, protocol: str, ids: Sequence[str]) -> Intersection:
    """Run one party's part; protocol "auto" is what the planner picks for the sizes, the same at both.

    Raises
    ------
    NoOverlap
        At both, when they have no id in common.
    BadPayload
        The other one departs from the protocol.
    """
    leads, m = ctx.role is Role.PROMOTER, messages
    other = ctx.providers[0] if leads else ctx.promoter
    out, back = (m.to_provider, m.to_promoter) if leads else (m.to_promoter, m.to_provider)
    size_out, size_back = (m.size_to_provider, m.size_to_promoter)[:: 1 if leads else -1]
    salt = ctx.rng.token(_SALT_BYTES) if leads else ctx.recv(m.salt, sender=other)
    if leads:
        ctx.send(m.salt, salt, to=other)
    elif len(salt) != _SALT_BYTES:
        raise BadPayload(f"a salt of {len(salt)} bytes", party=other.member)
    ctx.send(size_out, _SIZE.pack(len(ids)), to=other)
    theirs = ctx.recv(size_back, sender=other)
    if len(theirs) != _SIZE.size or (n_theirs := int(_SIZE.unpack(theirs)[0])) >= _MOST_IDS:
        raise BadPayload("a malformed size", party=other.member)
    if not ids or not n_theirs:
        raise NoOverlap("a member has no ids", public_detail="A member has no ids.")
    n_sender, n_receiver = (n_theirs, len(ids)) if leads else (len(ids), n_theirs)

    def workers(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
        return iter(ctx.engine.run(function, list(parts)))

    def progress(done: float) -> None:
        ctx.tracker.progress(0.05 + 0.8 * done, "aligning")

    with ctx.step("aligning", 0.05):
        terms = Terms(f"{ctx.job}/{ctx.task}/{ctx.attempt}", n_sender, n_receiver, Learns.BOTH)
        wire = _JobWire(ctx, other, out, back, m.positions)
        side = Side(terms, wire, InMemory(), ctx.rng, workers, progress)
        plan = planner.plan(terms, _USUAL, _USUAL, _WAY, None if protocol == AUTO else {protocol})
        psi, start = protocols()[plan.protocol], time.monotonic()
        with said_by(other):
            found = (psi.receive if leads else psi.send)(side, digests_of(ids, salt))
    if found.common is None or not found.size:
        raise NoOverlap("the members have no id in common", public_detail="The members have no id in common.")
    common = sorted((tag(salt, ids[place]), ids[place]) for place in np.flatnonzero(found.common).tolist())
    facts: dict[str, str | float] = {
        "protocol": psi.name,
        "seconds foretold": round(plan.seconds, 2),
        "seconds taken": round(time.monotonic() - start, 2),
    }
    return Intersection(np.array([text for _, text in common], dtype=np.str_), len(ids), {}, facts)
