"""Both sides' steps; the numbers are those of README.md."""

from functools import partial

import numpy as np

from kernel.crypto.curve import POINT_BYTES
from kernel.crypto.curve.blinds import undo
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

_DOMAIN = b"hanse-psi-unbalanced-v1-with-curve25519_XMD:SHA-512_ELL2_NU_"
_BATCH = 1 << 15  # ids a message: 1 MiB of points


class Unbalanced:
    """The protocol of README.md."""

    name = "unbalanced"
    learns = frozenset(Learns)
    assumption = "semi-honest; one-more Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, r = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        cuts, width = batches(terms.n_receiver, _BATCH), first_bytes(terms)
        for place, (start, end) in enumerate(cuts):
            side.send(f"blinded {place}", partial(hashed, side, digests[start:end], r, _DOMAIN))  # step 2
            side.progress(0.3 * end / terms.n_receiver)
        table = [exactly(side.wire.recv(f"table {place}"), end - start, width) for place, start, end in _cuts(terms)]
        theirs, s = as_keys(np.concatenate(table)), undo(r)
        ours = []
        for place, (start, end) in enumerate(cuts):  # step 4
            answers = exactly(side.wire.recv(f"answers {place}"), end - start, POINT_BYTES)
            ours.append(masked(side, answers, s)[:, :width])
            side.progress(0.6 + 0.4 * end / terms.n_receiver)
        keys = as_keys(np.concatenate(ours))
        common = np.isin(keys, theirs)
        if terms.learns is Learns.BOTH:
            tell_sender(side, np.flatnonzero(np.isin(theirs, keys)), terms.n_sender)  # step 5
        return Found(None if terms.learns is Learns.SIZE else common, int(common.sum()))

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, k = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        order, width = side.stream("order").permutation(terms.n_sender), first_bytes(terms)
        for place, start, end in _cuts(terms):
            side.send(f"table {place}", partial(hashed, side, digests[order[start:end]], k, _DOMAIN, width))  # step 1
            side.progress(0.7 * end / terms.n_sender)
        self._answer(side, k)  # step 3
        if terms.learns is not Learns.BOTH:
            return Found(None, None)
        told = told_by_receiver(side, terms.n_sender)
        common: Flags = np.zeros(terms.n_sender, dtype=np.bool_)
        common[order] = told
        return Found(common, int(told.sum()))

    @staticmethod
    def _answer(side: Side, k: bytes) -> None:
        terms, cuts = side.terms, batches(side.terms.n_receiver, _BATCH)

        def answer(place: int, count: int) -> Bytes:
            return masked(side, exactly(side.wire.recv(f"blinded {place}"), count, POINT_BYTES), k)

        mixed = None
        if terms.learns is Learns.SIZE:
            every = [answer(place, end - start) for place, (start, end) in enumerate(cuts)]
            mixed = np.concatenate(every)[side.stream("mix").permutation(terms.n_receiver)]

        def make(place: int, start: int, end: int) -> bytes:
            return (answer(place, end - start) if mixed is None else mixed[start:end]).tobytes()

        for place, (start, end) in enumerate(cuts):
            side.send(f"answers {place}", partial(make, place, start, end))
            side.progress(0.7 + 0.3 * end / terms.n_receiver)

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        return 2 * POINT_BYTES * terms.n_receiver + first_bytes(terms) * terms.n_sender + told


PSI = Unbalanced()


def _cuts(terms: Terms) -> list[tuple[int, int, int]]:
    return [(place, start, end) for place, (start, end) in enumerate(batches(terms.n_sender, _BATCH))]
