"""Both sides' steps; the numbers are those of README.md."""

from functools import partial

from kernel.crypto.curve import POINT_BYTES
from kernel.crypto.curve.blinds import undo
from kernel.protocol.psi.effort import Effort
from kernel.protocol.psi.masks import BATCH, answer, compare, first_bytes, hashed, hear, masked, work_s
from kernel.protocol.psi.port import SEED_BYTES, Digests, Found, Learns, Side, Terms, batches, exactly

_DOMAIN = b"hanse-psi-unbalanced-v1-with-curve25519_XMD:SHA-512_ELL2_NU_"


class Unbalanced:
    """The protocol of README.md."""

    name = "unbalanced"
    learns = frozenset(Learns)
    automatic = True
    assumption = "semi-honest; one-more Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, r = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        cuts, width, s = batches(terms.n_receiver, BATCH), first_bytes(terms), undo(r)
        for place, (start, end) in enumerate(cuts):
            side.send(f"blinded {place}", partial(hashed, side, digests[start:end], r, _DOMAIN))  # step 2
            side.progress(0.3 * end / terms.n_receiver)
        rows = enumerate(batches(terms.n_sender, BATCH))
        table = [exactly(side.wire.recv(f"table {place}"), end - start, width) for place, (start, end) in rows]
        ours = []
        for place, (start, end) in enumerate(cuts):
            answers = exactly(side.wire.recv(f"answers {place}"), end - start, POINT_BYTES)
            ours.append(masked(side, answers, s)[:, :width])
            side.progress(0.6 + 0.4 * end / terms.n_receiver)
        return compare(side, ours, table)  # steps 4 and 5

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, k = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        order, width = side.stream("order").permutation(terms.n_sender), first_bytes(terms)
        for place, (start, end) in enumerate(batches(terms.n_sender, BATCH)):
            side.send(f"table {place}", partial(hashed, side, digests[order[start:end]], k, _DOMAIN, width))  # step 1
            side.progress(0.7 * end / terms.n_sender)
        answer(side, k, "blinded", "answers", POINT_BYTES, lambda done: side.progress(0.7 + 0.3 * done))  # step 3
        return hear(side, order)

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        return 2 * POINT_BYTES * terms.n_receiver + first_bytes(terms) * terms.n_sender + told

    def effort(self, terms: Terms, sender: str, receiver: str) -> Effort:
        """See `Psi.effort`."""
        theirs = work_s(terms.n_sender, terms.n_sender + terms.n_receiver, sender)
        ours = work_s(terms.n_receiver, 2 * terms.n_receiver, receiver)
        return Effort(theirs, ours, on_all_cores=True, at_once=True, round_trips=1)


PSI = Unbalanced()
