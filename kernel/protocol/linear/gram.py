"""One pass over the rows: every pair of parties makes additive shares of the products of their columns.

The parties stand in a row, the one with the most columns first. Each encrypts its columns once, packed, and sends the
ciphertexts to all behind it; each of those answers with the products with its own columns under a mask over the whole
plaintext. So those with few columns do the multiplications, and the last one encrypts nothing.
"""

from dataclasses import dataclass

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import lift
from kernel.crypto.paillier import Block, add, encrypt, products
from kernel.crypto.paillier.products import Shifted, Slots
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Matrix
from kernel.protocol.linear.cross import Cross, Layout, Wide
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup

_CIPHERTEXTS = 1 << 15  # of one message


@dataclass(frozen=True)
class Packing:
    """How one party's columns, the promoter's with its targets, lie in its ciphertexts."""

    slots: Slots
    n_columns: int

    @classmethod
    def of(cls, key_bits: int, n_columns: int) -> "Packing":
        """Lay out so many columns."""
        return cls(scales.column_slots(key_bits, n_columns), n_columns)

    @property
    def groups(self) -> list[tuple[int, int]]:
        """Ranges of columns that share ciphertexts."""
        each = self.slots.width // scales.PRODUCT_WIDTH
        return [(left, min(left + each, self.n_columns)) for left in range(0, self.n_columns, each)]

    def parts(self, n_rows: int) -> list[tuple[int, int]]:
        """Ranges of rows that travel in one message."""
        each = max(1, _CIPHERTEXTS // len(self.groups)) * self.slots.count
        return [(row, min(row + each, n_rows)) for row in range(0, n_rows, each)]


class GramPass:
    """One party's part of the pass."""

    def __init__(self, ctx: Context, setup: Setup, matrix: Matrix, layout: Layout, secret: bytes) -> None:
        self._ctx, self._setup, self._matrix, self._layout = ctx, setup, matrix, layout
        self._secret, self._n_rows = secret, matrix.blocks.n_rows
        sizes = {party: layout.of(place).stop - layout.of(place).start for place, party in enumerate(ctx.parties)}
        self._packings = {
            party: Packing.of(setup.key.public.bits, size + (setup.n_targets if party.role is Role.PROMOTER else 0))
            for party, size in sizes.items()
        }
        order = sorted(ctx.parties, key=lambda party: -sizes[party])
        place = order.index(ctx.me)
        self._before, self._behind = order[:place], order[place + 1 :]

    def run(self) -> Cross:
        """Exchange; returns our shares."""
        self._send()
        shares = {party: self._answer(party) for party in self._before}
        shares |= {party: self._collect(party) for party in self._behind}
        return self._assembled(shares)

    def _send(self) -> None:
        packing = self._packings[self._ctx.me]
        for number, rows in enumerate(packing.parts(self._n_rows) if self._behind else []):
            stream = self._stream("columns", str(number))
            blocks = [
                self._setup.key.encrypt(self._matrix.packed(rows, group, packing.slots), stream)
                for group in packing.groups
            ]
            payload = Block.join(blocks).dumps()
            for party in self._behind:
                send(self._ctx, MESSAGES.columns_ct, payload, party, str(number))

    def _answer(self, party: Party) -> Wide:
        """Our columns × theirs: minus our masks."""
        packing, key = self._packings[party], self._setup.partners[party.member].key
        slots, groups = packing.slots, packing.groups
        found: list[list[Shifted]] = [[] for _ in groups]
        for number, rows in enumerate(packing.parts(self._n_rows)):
            count = slots.n_ciphertexts(rows[1] - rows[0])
            data = recv(self._ctx, MESSAGES.columns_ct, party, str(number))
            block = Block.loads(key, data, count * len(groups))
            for index in range(len(groups)):
                part = block[index * count : (index + 1) * count]
                found[index] += self._matrix.answers(rows, part, slots)
        n_own = self._matrix.blocks.n_columns
        values = Block.join([products.assemble(key, parts, n_own) for parts in found])
        stream = self._stream("products", party.member)
        masks = [slots.wide_mask(stream) for _ in range(len(values))]
        send(self._ctx, MESSAGES.gram_ct, add(values, encrypt(key, masks, stream)).dumps(), party, "")
        return self._split(masks, n_own, packing, -1)

    def _collect(self, party: Party) -> Wide:
        """Our columns × theirs: what they masked."""
        own, packing = self._setup.key, self._packings[self._ctx.me]
        n_theirs = self._packings[party].n_columns
        data = recv(self._ctx, MESSAGES.gram_ct, party, "")
        opened = own.decrypt(Block.loads(own.public, data, n_theirs * len(packing.groups)))
        return self._split(opened, n_theirs, packing, 1).T

    def _split(self, plaintexts: list[int], n_answering: int, packing: Packing, sign: int) -> Wide:
        """Shares of products: columns of who answered × columns of who encrypted, with FRAC_CROSS bits.

        The last bit may be wrong, because sums carry from sub-slot to sub-slot.
        """
        surplus = 2 * scales.frac_column(self._n_rows) - scales.FRAC_CROSS
        out: Wide = np.empty((n_answering, packing.n_columns), dtype=object)
        for index, plain in enumerate(plaintexts):
            (left, right), row = packing.groups[index // n_answering], index % n_answering
            middle = packing.slots.middle(plain)
            values = [sign * (middle >> (scales.PRODUCT_WIDTH * place)) for place in range(right - left)]
            # Both halves are lifted from a ring 2^40 times as wide as the value, so they add up over the integers,
            # and each may be truncated alone.
            out[row, left:right] = [v >> surplus for v in lift(values, scales.CROSS_SHARE_BITS + surplus)]
        return out

    def _assembled(self, shares: dict[Party, Wide]) -> Cross:
        layout, promoter, n_targets = self._layout, self._ctx.promoter, self._setup.n_targets
        n_own = layout.own.stop - layout.own.start
        rows: Wide = np.zeros((n_own, layout.total), dtype=object)
        label: Wide = np.zeros((layout.total, n_targets), dtype=object)
        for place, party in enumerate(self._ctx.parties):
            if party == self._ctx.me:
                continue
            share, theirs = shares[party], layout.of(place)
            if self._ctx.me == promoter:
                rows[:, theirs], label[theirs] = share[:-n_targets], share[-n_targets:].T
            elif party == promoter:
                rows[:, theirs], label[layout.own] = share[:, :-n_targets], share[:, -n_targets:]
            else:
                rows[:, theirs] = share
        if self._ctx.me == promoter:
            own = self._matrix.product()[:-n_targets, -n_targets:] * 2.0**scales.FRAC_CROSS
            label[layout.own] = [[round(value) for value in row] for row in own.tolist()]
        return Cross(layout, rows, label)

    def _stream(self, *labels: str) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, "gram", *labels))
