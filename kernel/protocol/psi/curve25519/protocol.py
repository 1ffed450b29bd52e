"""Both sides' steps; the numbers are those of README.md."""

from collections.abc import Iterator
from functools import partial

from kernel.crypto.curve import POINT_BYTES
from kernel.protocol.psi.effort import Effort, Machine
from kernel.protocol.psi.masks import BATCH, answer, compare, first_bytes, hashed, hear, load_s, masked, work_s
from kernel.protocol.psi.port import SEED_BYTES, Bytes, Digests, Found, Learns, Side, Terms, batches, exactly

_DOMAIN = b"hanse-psi-v2-with-curve25519_XMD:SHA-512_ELL2_NU_"


class Curve25519:
    """The protocol of README.md."""

    name = "curve25519"
    learns = frozenset({Learns.RECEIVER, Learns.BOTH, Learns.SIZE})
    automatic = True
    assumption = "semi-honest; decisional Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, scalar = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        cuts, width = batches(terms.n_receiver, BATCH), first_bytes(terms)
        for place, (start, end) in enumerate(cuts):
            side.send(f"masked {place}", partial(hashed, side.workers, digests[start:end], scalar, _DOMAIN))  # step 1
            side.progress(0.4 * end / terms.n_receiver)
        ours = [exactly(side.wire.recv(f"twice {n}"), end - start, width) for n, (start, end) in enumerate(cuts)]
        return compare(side, ours, list(self._theirs(side, scalar, width)))  # steps 4 and 5

    @staticmethod
    def _theirs(side: Side, scalar: bytes, width: int) -> Iterator[Bytes]:
        for place, (start, end) in enumerate(batches(side.terms.n_sender, BATCH)):
            points = exactly(side.wire.recv(f"masked {place}"), end - start, POINT_BYTES)
            yield masked(side, points, scalar, width)
            side.progress(0.5 + 0.5 * end / side.terms.n_sender)

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        terms, scalar = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        order = side.stream("order").permutation(terms.n_sender)
        answer(side, scalar, "masked", "twice", first_bytes(terms), lambda done: side.progress(0.5 * done))  # step 2
        for place, (start, end) in enumerate(batches(terms.n_sender, BATCH)):
            side.send(
                f"masked {place}", partial(hashed, side.workers, digests[order[start:end]], scalar, _DOMAIN)
            )  # step 3
            side.progress(0.5 + 0.5 * end / terms.n_sender)
        return hear(side, order)

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        per_receiver = POINT_BYTES + first_bytes(terms)
        return per_receiver * terms.n_receiver + POINT_BYTES * terms.n_sender + told

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """See `Psi.effort`."""
        every = terms.n_sender + terms.n_receiver
        sides = work_s(terms.n_sender, every, sender), work_s(terms.n_receiver, every, receiver)
        fixed_s = load_s(terms.n_sender + every, sender, receiver)
        return Effort(*sides, on_all_cores=True, at_once=True, round_trips=2, fixed_s=fixed_s)


PSI = Curve25519()
