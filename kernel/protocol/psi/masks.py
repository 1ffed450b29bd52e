"""What the protocols on curve25519 share: masking on all workers, the sender's answers, and both sides' outcome."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.crypto import curve
from kernel.crypto.curve.paths import WORTH
from kernel.protocol.psi.effort import AVX2, AVX512, NONE, Machine
from kernel.protocol.psi.port import (
    Bytes,
    Digests,
    Flags,
    Found,
    Learns,
    Side,
    Terms,
    Workers,
    as_keys,
    batches,
    exactly,
    tell_sender,
    told_by_receiver,
)

BATCH = 1 << 15  # ids a message: 1 MiB of points
_PART = 1 << 12  # ids a worker's piece
_BUCKETS = 16  # by the first byte of a masked id
_SPARE_BITS = 64  # 2^-64: first bytes of two different ids anywhere in the sets agree
_Part = TypeVar("_Part")
# Microseconds of one core to hash a digest to a point, and to mask a point; AMD Zen 5, 2026.
_HASH_US, _MASK_US = {AVX512: 1.6, AVX2: 2.1, NONE: 5.5}, {AVX512: 2.9, AVX2: 8.2, NONE: 26.3}
_LOAD_S = 0.5  # of the compiled kernels


def first_bytes(terms: Terms) -> int:
    """Return how many bytes of a point are compared."""
    bits = _SPARE_BITS + (terms.n_sender * terms.n_receiver).bit_length()
    return min(curve.POINT_BYTES, -(-bits // 8))


def work_s(n_hashed: int, n_masked: int, machine: Machine) -> float:
    """Foretell the seconds of one core; where code is not loaded yet a process's first points are done one by one."""
    slow, fast = (1e-6 * (n_hashed * _HASH_US[v] + n_masked * _MASK_US[v]) for v in (NONE, machine.vectors))
    first = 0.0 if machine.ready else min(1.0, WORTH / (n_hashed + n_masked))
    return slow * first + fast * (1 - first)


def load_s(n_points: int, *machines: Machine) -> float:
    """Foretell the seconds in which the slowest of these machines loads the kernels for so many points."""
    loads = n_points > WORTH and any(not machine.ready and machine.vectors != NONE for machine in machines)
    return _LOAD_S if loads else 0.0


def hashed(workers: Workers, digests: Digests, scalar: bytes, domain: bytes, width: int = curve.POINT_BYTES) -> bytes:
    """Hash digests to points, mask these, and write the first `width` bytes of each one after the other."""
    parts = [(digests[start:end], domain, scalar) for start, end in batches(len(digests), _PART)]
    return _joined(workers, _hash_part, parts)[:, :width].tobytes()


def masked(side: Side, points: Bytes, scalar: bytes, width: int = curve.POINT_BYTES) -> Bytes:
    """Mask points (n, 32) and keep the first `width` bytes of each, (n, width).

    Raises
    ------
    BadPayload
        A point has small order.
    """
    parts = [(points[start:end], scalar) for start, end in batches(len(points), _PART)]
    return np.ascontiguousarray(_joined(side.workers, _mask_part, parts)[:, :width])  # the rest is freed


def answer(side: Side, scalar: bytes, given: str, back: str, width: int, progress: Callable[[float], None]) -> None:
    """Mask the receiver's points and send the first `width` bytes of each back, batch by batch.

    Where the receiver may not learn which are common all batches are waited for, and shuffled.
    """
    n_receiver = side.terms.n_receiver
    cuts, mixed = batches(n_receiver, BATCH), None

    def one(place: int, count: int) -> Bytes:
        points = exactly(side.wire.recv(f"{given} {place}"), count, curve.POINT_BYTES)
        return masked(side, points, scalar, width)

    if side.terms.learns in {Learns.SIZE, Learns.SUM}:
        every = [one(place, end - start) for place, (start, end) in enumerate(cuts)]
        mixed = np.concatenate(every)[side.stream("mix").permutation(n_receiver)]

    def make(place: int, start: int, end: int) -> bytes:
        return (one(place, end - start) if mixed is None else mixed[start:end]).tobytes()

    for place, (start, end) in enumerate(cuts):
        side.send(f"{back} {place}", partial(make, place, start, end))
        progress(end / n_receiver)


def compare(side: Side, ours: list[Bytes], theirs: list[Bytes]) -> Found:
    """Return the receiver's outcome, and tell the sender its own where both learn.

    Raises
    ------
    BadPayload
        A value comes twice: ids differ, so whoever sent it wants several ids to be taken for one.
    """
    common, of_sender = (np.zeros(sum(map(len, rows)), np.bool_) for rows in (ours, theirs))
    for bucket in range(_BUCKETS):  # so that what sorting takes is a bucket's
        (here, keys), (there, others) = (_within(rows, bucket) for rows in (ours, theirs))
        if any(len(np.unique(values)) < len(values) for values in (keys, others)):
            raise BadPayload("the same masked id twice")
        common[here] = np.isin(keys, others, assume_unique=True)
        if side.terms.learns is Learns.BOTH:
            of_sender[there] = np.isin(others, keys, assume_unique=True)
    if side.terms.learns is Learns.BOTH:
        tell_sender(side, np.flatnonzero(of_sender), side.terms.n_sender)
    return Found(None if side.terms.learns is Learns.SIZE else common, int(common.sum()))


def _within(rows: list[Bytes], bucket: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bytes_]]:
    """Find the places and values of a bucket in what came batch by batch."""
    starts = np.cumsum([0, *map(len, rows)])
    places = [np.flatnonzero(part[:, 0] % _BUCKETS == bucket) for part in rows]
    values = np.concatenate([part[at] for part, at in zip(rows, places, strict=True)])
    return np.concatenate([at + start for at, start in zip(places, starts, strict=False)]), as_keys(values)


def hear(side: Side, order: npt.NDArray[np.int64]) -> Found:
    """Return the sender's outcome; `order` is the one in which it sent its ids."""
    if side.terms.learns is not Learns.BOTH:
        return Found(None, None)
    told = told_by_receiver(side, side.terms.n_sender)
    common: Flags = np.zeros(side.terms.n_sender, dtype=np.bool_)
    common[order] = told
    return Found(common, int(told.sum()))


def _joined(workers: Workers, work: Callable[[_Part], Bytes], parts: list[_Part]) -> Bytes:
    return np.concatenate(list(workers(work, parts)))


def _hash_part(part: tuple[Digests, bytes, bytes]) -> Bytes:
    digests, domain, scalar = part
    return curve.mask(curve.encode_rows(digests, domain), scalar)


def _mask_part(part: tuple[Bytes, bytes]) -> Bytes:
    return curve.mask(*part)
