"""Both sides' steps; the numbers are those of README.md."""

from functools import partial

import numpy as np
import numpy.typing as npt

from kernel.crypto.curve import POINT_BYTES
from kernel.crypto.curve.blinds import undo
from kernel.protocol.psi.effort import Effort, Machine
from kernel.protocol.psi.masks import BATCH, answer, compare, first_bytes, hashed, hear, load_s, masked, work_s
from kernel.protocol.psi.port import SEED_BYTES, Digests, Found, Learns, Side, Terms, batches, exactly
from kernel.protocol.psi.unbalanced.table import DOMAIN, TABLE_BYTES, heard, opened


class Unbalanced:
    """The protocol of README.md."""

    name = "unbalanced"
    learns = frozenset({Learns.RECEIVER, Learns.BOTH, Learns.SIZE})
    automatic = True
    assumption = "semi-honest; one-more Diffie–Hellman on curve25519, hash to the curve as a random oracle"

    def receive(self, side: Side, digests: Digests) -> Found:
        """Run the receiver's steps."""
        terms, r = side.terms, side.stream("scalar", "receiver").token(SEED_BYTES)
        cuts, width, s = batches(terms.n_receiver, BATCH), _width(terms), undo(r)
        for place, (start, end) in enumerate(cuts):
            blinded = partial(hashed, side.workers, digests[start:end], r, DOMAIN)
            side.send(f"blinded {place}", blinded)  # step 2
            side.progress(0.3 * end / terms.n_receiver)
        rows = heard(side, width)
        ours = []
        for place, (start, end) in enumerate(cuts):
            answers = exactly(side.wire.recv(f"answers {place}"), end - start, POINT_BYTES)
            ours.append(masked(side, answers, s, width))
            side.progress(0.6 + 0.4 * end / terms.n_receiver)
        return compare(side, ours, rows)  # steps 4 and 5

    def send(self, side: Side, digests: Digests) -> Found:
        """Run the sender's steps."""
        if side.terms.table:
            table = opened(side, len(digests))
            scalar, order = table.scalar, table.order
            if not side.terms.table_kept:
                table.send(side)
        else:
            scalar, order = self._send_new(side, digests)
        answer(side, scalar, "blinded", "answers", POINT_BYTES, lambda done: side.progress(0.7 + 0.3 * done))  # step 3
        return hear(side, order)

    @staticmethod
    def _send_new(side: Side, digests: Digests) -> tuple[bytes, npt.NDArray[np.int64]]:
        """Send a table for this alignment alone, as it is made (step 1)."""
        terms, scalar = side.terms, side.stream("scalar", "sender").token(SEED_BYTES)
        order = side.stream("order").permutation(terms.n_sender)
        for place, (start, end) in enumerate(batches(terms.n_sender, BATCH)):
            rows = partial(hashed, side.workers, digests[order[start:end]], scalar, DOMAIN, first_bytes(terms))
            side.send(f"table {place}", rows)
            side.progress(0.7 * end / terms.n_sender)
        return scalar, order

    def n_bytes(self, terms: Terms) -> int:
        """See `Psi.n_bytes`."""
        told = -(-terms.n_sender // 8) if terms.learns is Learns.BOTH else 0
        rows = 0 if terms.table_kept else _width(terms) * terms.n_sender
        return 2 * POINT_BYTES * terms.n_receiver + rows + told

    def effort(self, terms: Terms, sender: Machine, receiver: Machine) -> Effort:
        """See `Psi.effort`."""
        new = 0 if terms.table else terms.n_sender
        theirs = work_s(new, new + terms.n_receiver, sender)
        ours = work_s(terms.n_receiver, 2 * terms.n_receiver, receiver)
        fixed_s = load_s(new + 2 * terms.n_receiver, sender, receiver)
        return Effort(theirs, ours, on_all_cores=True, at_once=True, round_trips=1, fixed_s=fixed_s)


def _width(terms: Terms) -> int:
    return TABLE_BYTES if terms.table else first_bytes(terms)


PSI = Unbalanced()
