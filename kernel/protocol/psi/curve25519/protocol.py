"""Both sides' steps; the numbers are those of README.md."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from kernel.crypto import curve
from kernel.protocol.psi.port import (
    SEED_BYTES,
    Digests,
    Flags,
    Found,
    Learns,
    Side,
    Terms,
    batches,
    exactly,
    tell_sender,
    told_by_receiver,
)

_DOMAIN = b"hanse-psi-v2-with-curve25519_XMD:SHA-512_ELL2_NU_"
_BATCH = 1 << 15  # ids a message: 1 MiB of points
_PART = 1 << 12  # ids a worker's piece
_SPARE_BITS = 64  # 2^-64: first bytes of two different ids anywhere in the sets agree
Bytes = npt.NDArray[np.uint8]


class Curve25519:
    """The protocol of README.md."""

    name = "curve25519"
    learns = frozenset(Learns)
    assumption = "semi-honest; decisional Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, scalar = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        for place, (start, end) in enumerate(batches(terms.n_receiver, _BATCH)):  # step 1
            points = side.kept(f"masked {place}", partial(_hashed, side, digests[start:end], scalar))
            side.wire.send(f"masked {place}", points)
            side.progress(0.4 * end / terms.n_receiver)
        width = first_bytes(terms)
        twice = np.concatenate(
            [
                exactly(side.wire.recv(f"masked twice {place}"), end - start, width)
                for place, (start, end) in enumerate(batches(terms.n_receiver, _BATCH))
            ]
        )
        theirs = np.concatenate(list(self._theirs(side, scalar, width)))  # step 4
        ours, places = _as_keys(twice), _as_keys(theirs)
        common = np.isin(ours, places)
        if terms.learns is Learns.BOTH:  # step 5
            tell_sender(side, np.flatnonzero(np.isin(places, ours)), terms.n_sender)
        flags = None if terms.learns is Learns.SIZE else common
        return Found(flags, int(common.sum()))

    def _theirs(self, side: Side, scalar: bytes, width: int) -> Iterator[Bytes]:
        for place, (start, end) in enumerate(batches(side.terms.n_sender, _BATCH)):
            points = exactly(side.wire.recv(f"masked {place}"), end - start, curve.POINT_BYTES)
            yield _masked(side, points, scalar)[:, :width]
            side.progress(0.5 + 0.5 * end / side.terms.n_sender)

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, scalar = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        width, order = first_bytes(terms), side.stream("order").permutation(terms.n_sender)
        cuts = batches(terms.n_receiver, _BATCH)
        twice: Iterator[Bytes] = (
            _masked(
                side,
                exactly(side.wire.recv(f"masked {place}"), end - start, curve.POINT_BYTES),
                scalar,
            )[:, :width]
            for place, (start, end) in enumerate(cuts)
        )
        if terms.learns is Learns.SIZE:
            mixed = np.concatenate(list(twice))[side.stream("mix").permutation(terms.n_receiver)]
            twice = iter([mixed[start:end] for start, end in cuts])
        for place, part in enumerate(twice):  # step 2
            side.wire.send(f"masked twice {place}", part.tobytes())
            side.progress(0.5 * (place + 1) / len(cuts))
        for place, (start, end) in enumerate(batches(terms.n_sender, _BATCH)):  # step 3
            points = side.kept(f"masked {place}", partial(_hashed, side, digests[order[start:end]], scalar))
            side.wire.send(f"masked {place}", points)
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
    parts = [(digests[start:end], scalar) for start, end in batches(len(digests), _PART)]
    return b"".join(side.workers(_hash_part, parts))


def _masked(side: Side, points: Bytes, scalar: bytes) -> Bytes:
    parts = [(points[start:end].tobytes(), scalar) for start, end in batches(len(points), _PART)]
    joined = b"".join(side.workers(_mask_part, parts))
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, curve.POINT_BYTES)


def _hash_part(part: tuple[Digests, bytes]) -> bytes:
    digests, scalar = part
    return b"".join(curve.mask_many([curve.encode_to_curve(row.tobytes(), _DOMAIN) for row in digests], scalar))


def _mask_part(part: tuple[bytes, bytes]) -> bytes:
    points, scalar = part
    return b"".join(curve.mask_many(curve.split_points(points), scalar))


def _as_keys(values: Bytes) -> npt.NDArray[np.void]:
    """Rows as single values that numpy sorts and compares."""
    return np.ascontiguousarray(values).view(f"V{values.shape[1]}").ravel()
