"""Intersection of the sets of two and more parties on curve25519.

Meadows (1986) and Huberman, Franklin and Hogg (1999), extended to a ring as in multi-party ECDH-PSI. Semi-honest; a
decisional Diffie–Hellman assumption on curve25519 with ids hashed to the curve as a random oracle.

1. Every party draws a secret scalar k for this attempt, hashes its ids to points H(id), masks and shuffles them.
2. Each set goes round the ring (promoter, provider 0, provider 1, …); every party multiplies by its own scalar.
Providers also
   shuffle the promoter's set, so that the promoter cannot tell which of its ids is which masked point.
3. The promoter receives all sets masked by everybody, finds the points common to all, and tells each provider the
positions of
   the common points in that provider's own order.
4. Each provider reads its common ids off. The first one sends the promoter their hashes under the salt of the job.
5. All sort the common ids by that salted hash: the same order everywhere, and unrelated to any table.

Cost: 32 bytes an id and hop; each party does one multiplication for every id of every party.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NoOverlap
from kernel.core.message import Message
from kernel.core.party import Role
from kernel.crypto import curve
from kernel.crypto.prg import Stream, tag
from kernel.data.engine import Engine
from kernel.protocol.psi.port import as_keys

_DOMAIN = b"hanse-psi-v1-with-curve25519_XMD:SHA-512_ELL2_NU_"
_TAG_BYTES = 32


@dataclass(frozen=True)
class Intersection:
    """Common ids in the order that all parties share; sizes of the sets and, at the promoter, of every overlap.

    `facts` is what else a report tells: label and value.
    """

    ids: npt.NDArray[np.str_]
    n_own: int
    overlaps: Mapping[tuple[str, ...], int]
    facts: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class RingMessages:
    """The messages of the protocol as the component declares them."""

    to_provider: Message
    between_providers: Message
    to_promoter: Message
    salt: Message
    positions: Message
    tags: Message


def intersect(ctx: Context, messages: RingMessages, ids: Sequence[str]) -> Intersection:
    """Run one party's part.

    Raises
    ------
    NoOverlap
        At every party, when the members have no id in common.
    BadPayload
        A set changed its size on its way, or holds a point of small order.
    """
    ring = [ctx.promoter, *ctx.providers]
    here = ring.index(ctx.me)
    behind, ahead = ring[here - 1], ring[(here + 1) % len(ring)]
    secret = ctx.rng.token(32)
    shuffles = Stream(ctx.rng.token(32), "psi", ctx.job, ctx.attempt, "shuffle")
    salt = _share_salt(ctx, messages)

    with ctx.step("masking own ids", 0.05):
        order = shuffles.permutation(len(ids))
        own = [ids[index] for index in order.tolist()]
        points = _by_parts(ctx.engine, _hash_and_mask_part, own, secret)
    complete: dict[int, curve.Points] = {}
    for hop in range(1, len(ring)):
        with ctx.step(f"masking the partners' ids, hop {hop}", 0.1 + 0.7 * hop / len(ring)):
            message = _between(messages, ctx.role, ahead.role)
            ctx.send(message, points.tobytes(), to=ahead, step=f"set {(here - hop + 1) % len(ring)} hop {hop}")
            owner = (here - hop) % len(ring)
            message = _between(messages, behind.role, ctx.role)
            received = curve.read_points(ctx.recv(message, sender=behind, step=f"set {owner} hop {hop}"))
            points = _by_parts(ctx.engine, _mask_part, received, secret)
            if owner == 0:
                points = points[shuffles.permutation(len(points))]
    last = (here + 1) % len(ring)  # the set that we masked last is that of the party ahead of us
    if ctx.role is Role.PROMOTER:
        complete[last] = points
        for index, party in enumerate(ring[1:], start=1):
            owner = (index + 1) % len(ring)
            payload = ctx.recv(messages.to_promoter, sender=party, step=f"set {owner} done")
            complete[owner] = curve.read_points(payload)
        if len(complete[0]) != len(ids):
            raise BadPayload("our own set came back with another size", party=ring[-1].member)
        with ctx.step("comparing", 0.85):
            return _compare(ctx, messages, complete, own, salt)
    ctx.send(messages.to_promoter, points.tobytes(), to=ctx.promoter, step=f"set {last} done")
    return _read_positions(ctx, messages, own, salt)


def _share_salt(ctx: Context, messages: RingMessages) -> bytes:
    if ctx.role is not Role.PROMOTER:
        return ctx.recv(messages.salt, sender=ctx.promoter)
    salt = ctx.rng.token(32)
    for party in ctx.providers:
        ctx.send(messages.salt, salt, to=party)
    return salt


def _between(messages: RingMessages, sender: Role, receiver: Role) -> Message:
    if sender is Role.PROMOTER:
        return messages.to_provider
    return messages.to_promoter if receiver is Role.PROMOTER else messages.between_providers


def _compare(
    ctx: Context, messages: RingMessages, complete: Mapping[int, curve.Points], own: Sequence[str], salt: bytes
) -> Intersection:
    keys = {index: as_keys(points) for index, points in complete.items()}
    sets = {index: np.unique(points) for index, points in keys.items()}
    common = functools.reduce(np.intersect1d, sets.values())
    members = [ctx.promoter.member, *(party.member for party in ctx.providers)]
    overlaps: dict[tuple[str, ...], int] = {
        (members[one], members[other]): len(np.intersect1d(sets[one], sets[other], assume_unique=True))
        for one, other in combinations(sorted(sets), 2)
    }
    for index, party in enumerate(ctx.providers, start=1):
        ctx.send(messages.positions, np.packbits(np.isin(keys[index], common)).tobytes(), to=party)
    if not len(common):
        raise NoOverlap("the members have no id in common", public_detail="The members have no id in common.")
    payload = ctx.recv(messages.tags, sender=ctx.providers[0])
    theirs = [payload[start : start + _TAG_BYTES] for start in range(0, len(payload), _TAG_BYTES)]
    by_tag = {tag(salt, text): text for text in own}
    if len(payload) % _TAG_BYTES or len(theirs) != len(common) or any(value not in by_tag for value in theirs):
        raise BadPayload("the common ids do not fit our own", party=ctx.providers[0].member)
    return Intersection(np.array([by_tag[value] for value in sorted(theirs)], dtype=np.str_), len(own), overlaps)


def _read_positions(ctx: Context, messages: RingMessages, own: Sequence[str], salt: bytes) -> Intersection:
    payload = ctx.recv(messages.positions, sender=ctx.promoter)
    if len(payload) != -(-len(own) // 8):
        raise BadPayload("positions for another number of ids", party=ctx.promoter.member)
    flags = np.unpackbits(np.frombuffer(payload, dtype=np.uint8), count=len(own))
    common = sorted((tag(salt, own[index]), own[index]) for index in np.flatnonzero(flags).tolist())
    if not common:
        raise NoOverlap("the members have no id in common", public_detail="The members have no id in common.")
    if ctx.me == ctx.providers[0]:
        ctx.send(messages.tags, b"".join(value for value, _ in common), to=ctx.promoter)
    return Intersection(np.array([text for _, text in common], dtype=np.str_), len(own), {})


def _chunks(engine: Engine, count: int) -> list[tuple[int, int]]:
    step = max(1, -(-count // max(engine.n_partitions, 1)))
    return [(start, min(start + step, count)) for start in range(0, count, step)]


def _by_parts(engine: Engine, work: Callable[[tuple[Any, bytes]], bytes], items: Any, secret: bytes) -> curve.Points:
    parts = [(items[a:b], secret) for a, b in _chunks(engine, len(items))]
    return curve.read_points(b"".join(engine.run(work, parts)))


def _hash_and_mask_part(part: tuple[list[str], bytes]) -> bytes:
    ids, secret = part
    return curve.mask(curve.encode_texts(ids, _DOMAIN), secret).tobytes()


def _mask_part(part: tuple[curve.Points, bytes]) -> bytes:
    return curve.mask(*part).tobytes()
