"""Both sides' steps; the numbers are those of README.md."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from kernel.crypto import curve
from kernel.protocol.psi.port import (
    SEED_BYTES,
    Bytes,
    Digests,
    Flags,
    Found,
    Learns,
    Side,
    Terms,
    as_keys,
    batches,
    exactly,
    tell_sender,
    told_by_receiver,
)

_DOMAIN = b"hanse-psi-v2-with-curve25519_XMD:SHA-512_ELL2_NU_"
_BATCH = 1 << 15  # ids a message: 1 MiB of points
_PART = 1 << 12  # ids a worker's piece
_SPARE_BITS = 64  # 2^-64: first bytes of two different ids anywhere in the sets agree


class Curve25519:
    """The protocol of README.md."""

    name = "curve25519"
    learns = frozenset(Learns)
    assumption = "semi-honest; decisional Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, scalar = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        cuts, width = batches(terms.n_receiver, _BATCH), first_bytes(terms)
        for place, (start, end) in enumerate(cuts):
            side.send(f"masked {place}", partial(_hashed, side, digests[start:end], scalar))  # step 1
            side.progress(0.4 * end / terms.n_receiver)
        answers = (exactly(side.wire.recv(f"twice {n}"), end - start, width) for n, (start, end) in enumerate(cuts))
        ours = as_keys(np.concatenate(list(answers)))
        theirs = as_keys(np.concatenate(list(self._theirs(side, scalar, width))))  # step 4
        common = np.isin(ours, theirs)
        if terms.learns is Learns.BOTH:
            tell_sender(side, np.flatnonzero(np.isin(theirs, ours)), terms.n_sender)  # step 5
        return Found(None if terms.learns is Learns.SIZE else common, int(common.sum()))

    @staticmethod
    def _theirs(side: Side, scalar: bytes, width: int) -> Iterator[Bytes]:
        for place, (start, end) in enumerate(batches(side.terms.n_sender, _BATCH)):
            points = exactly(side.wire.recv(f"masked {place}"), end - start, curve.POINT_BYTES)
            yield _masked(side, points, scalar)[:, :width]
            side.progress(0.5 + 0.5 * end / side.terms.n_sender)

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, scalar = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        order, cuts = side.stream("order").permutation(terms.n_sender), batches(terms.n_receiver, _BATCH)
        mixed = None
        if terms.learns is Learns.SIZE:
            every = [_twice(side, scalar, place, end - start) for place, (start, end) in enumerate(cuts)]
            mixed = np.concatenate(every)[side.stream("mix").permutation(terms.n_receiver)]

        def answer(place: int, start: int, end: int) -> bytes:
            part = _twice(side, scalar, place, end - start) if mixed is None else mixed[start:end]
            return part.tobytes()

        for place, (start, end) in enumerate(cuts):
            side.send(f"twice {place}", partial(answer, place, start, end))  # step 2
            side.progress(0.5 * end / terms.n_receiver)
        for place, (start, end) in enumerate(batches(terms.n_sender, _BATCH)):
            side.send(f"masked {place}", partial(_hashed, side, digests[order[start:end]], scalar))  # step 3
            side.progress(0.5 + 0.5 * end / terms.n_sender)
        if terms.learns is not Learns.BOTH:
            return Found(None, None)
        told = told_by_receiver(side, terms.n_sender)
        common: Flags = np.zeros(terms.n_sender, dtype=np.bool_)
        common[order] = told
        return Found(common, int(told.sum()))

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        per_receiver = curve.POINT_BYTES + first_bytes(terms)
        return per_receiver * terms.n_receiver + curve.POINT_BYTES * terms.n_sender + told


PSI = Curve25519()


def first_bytes(terms: Terms) -> int:
    """Return how many bytes of a point are compared."""
    bits = _SPARE_BITS + (terms.n_sender * terms.n_receiver).bit_length()
    return min(curve.POINT_BYTES, -(-bits // 8))


def _hashed(side: Side, digests: Digests, scalar: bytes) -> bytes:
    return _by_parts(side, _hash_part, digests, scalar).tobytes()


def _twice(side: Side, scalar: bytes, place: int, count: int) -> Bytes:
    points = exactly(side.wire.recv(f"masked {place}"), count, curve.POINT_BYTES)
    return _masked(side, points, scalar)[:, : first_bytes(side.terms)]


def _masked(side: Side, points: Bytes, scalar: bytes) -> Bytes:
    return _by_parts(side, _mask_part, points, scalar)


def _by_parts(side: Side, work: Callable[[tuple[Bytes, bytes]], Bytes], rows: Bytes, scalar: bytes) -> Bytes:
    parts = [(rows[start:end], scalar) for start, end in batches(len(rows), _PART)]
    return np.concatenate(list(side.workers(work, parts)))


def _hash_part(part: tuple[Digests, bytes]) -> Bytes:
    digests, scalar = part
    return curve.mask(curve.encode_rows(digests, _DOMAIN), scalar)


def _mask_part(part: tuple[Bytes, bytes]) -> Bytes:
    return curve.mask(*part)
