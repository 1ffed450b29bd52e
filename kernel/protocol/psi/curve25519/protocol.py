"""Both sides' steps; the numbers are those of README.md."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from kernel.crypto.curve import POINT_BYTES
from kernel.protocol.psi.masks import first_bytes, hashed, masked
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
            side.send(f"masked {place}", partial(hashed, side, digests[start:end], scalar, _DOMAIN))  # step 1
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
            points = exactly(side.wire.recv(f"masked {place}"), end - start, POINT_BYTES)
            yield masked(side, points, scalar)[:, :width]
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
            side.send(f"masked {place}", partial(hashed, side, digests[order[start:end]], scalar, _DOMAIN))  # step 3
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
        per_receiver = POINT_BYTES + first_bytes(terms)
        return per_receiver * terms.n_receiver + POINT_BYTES * terms.n_sender + told


PSI = Curve25519()


def _twice(side: Side, scalar: bytes, place: int, count: int) -> Bytes:
    points = exactly(side.wire.recv(f"masked {place}"), count, POINT_BYTES)
    return masked(side, points, scalar)[:, : first_bytes(side.terms)]
