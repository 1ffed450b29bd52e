"""Scores and gradients of shared weights, which pass through a curve in between: one party's part.

With Z the columns in their owners' bases and P the penalty:

1. The weights are opened under all parties' masks, with FRAC_REFINED fractional bits. Each owner multiplies by its
   columns: what is open and its own mask by itself, the others' masks encrypted. Now scores Zw are shared among all
   parties modulo 2^64; and P·w too, which needs no ring.
2. (The curve makes shares of a residual for each row, in a ring of its own.)
3. Every party sends its share encrypted and packed, every owner answers with the products with its columns under masks.
4. A vector of shares in the ring is opened under all parties' masks, so that each has a share that is an integer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.paillier import Block, add, encrypt, pack, product
from kernel.crypto.paillier.products import Slots, assemble
from kernel.crypto.prg import Stream, derive
from kernel.crypto.ring import Ring
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Floats
from kernel.protocol.linear.cross import Layout, Wide
from kernel.protocol.linear.features import Features, Words
from kernel.protocol.linear.messages import MESSAGES, Routes, recv, send
from kernel.protocol.linear.setup import Setup

_WEIGHTS = Ring(1 << scales.REFINED_RING)


@dataclass(frozen=True)
class Scored:
    """Our shares of scores by row (modulo 2^64, FRAC_SCORE bits), of P·w (FRAC_REFINED + FRAC_CROSS), and of w itself.

    The shares of the weights are fresh, as short as their masks, and of just those weights that the scores belong to:
    FRAC_WEIGHT bits.
    """

    scores: Words
    penalty: Wide
    weights: Wide


class Slopes:
    """One party's part; every use has its own step.

    Parameters
    ----------
    features
        Z of our own columns.
    penalty
        P of our own columns.
    ring
        Of the residuals.
    """

    def __init__(
        self, ctx: Context, setup: Setup, features: Features, penalty: Floats, secret: bytes, ring: Ring
    ) -> None:
        self._ctx, self._setup, self._features, self._secret, self._ring = ctx, setup, features, secret, ring
        self._penalty = np.rint(penalty * 2.0**scales.FRAC_CROSS).astype(np.int64)
        self.n_rows = features.matrix.blocks.n_rows

    def scores(self, weights: Wide, layout: Layout, step: str) -> Scored:
        """Do step 1."""
        ctx, own = self._ctx, self._setup.key
        stream = self._stream(step, "masks", ctx.me)
        masks: Wide = np.array([stream.bits(scales.REFINED_MASK_BITS) for _ in range(layout.total)], dtype=object)
        opened = self._open(weights + masks, _WEIGHTS, MESSAGES.step, f"scores {step}")
        dropped = scales.FRAC_WEIGHT - scales.FRAC_REFINED
        opened, masks = opened >> dropped, masks >> dropped
        fresh = (opened - masks if ctx.role is Role.PROMOTER else -masks) << dropped
        for place, party in enumerate(ctx.parties):
            if party != ctx.me:
                block = own.encrypt(masks[layout.of(place)].tolist(), self._stream(step, "blinding", party))
                send(ctx, MESSAGES.score_masks_ct, block.dumps(), party, step)
        known = opened[layout.own] - masks[layout.own]
        scores = self._features.scores(known)
        penalty: Wide = np.zeros(layout.total, dtype=object)
        penalty[layout.own] = self._penalty.astype(object) @ known
        for party in ctx.others:
            mask, mask_of_penalty = self._answer_scores(party, len(known), step)
            scores, penalty[layout.own] = scores + mask, penalty[layout.own] + mask_of_penalty
        for place, party in enumerate(ctx.parties):
            if party != ctx.me:
                their_scores, penalty[layout.of(place)] = self._collect_scores(party, layout, place, step)
                scores = scores - their_scores
        return Scored(scores, penalty, fresh)

    def _answer_scores(self, party: Party, n_own: int, step: str) -> tuple[Words, Wide]:
        """Multiply a party's masks of our weights by our columns and our penalty; returns the masks of the answer."""
        ctx, key = self._ctx, self._setup.partners[party.member].key
        block = Block.loads(key, recv(ctx, MESSAGES.score_masks_ct, party, step), n_own)
        scores, masks = self._features.masked_scores(block, self._derive(step, "scores", party))
        slots, stream = penalty_slots(key.bits), self._stream(step, "penalty", party)
        packed = pack(product(self._penalty, block), slots.width, slots.count)
        penalty_masks = [slots.row_mask(stream, scales.PENALTY_VALUE_BITS) for _ in range(n_own)]
        penalty = add(packed, encrypt(key, slots.pack(penalty_masks), stream))
        send(ctx, MESSAGES.scores_ct, Block.join([scores, penalty]).dumps(), party, step)
        return masks, np.array(penalty_masks, dtype=object)

    def _collect_scores(self, party: Party, layout: Layout, place: int, step: str) -> tuple[Words, Wide]:
        own = self._setup.key
        rows, few = scales.score_slots(own.public.bits), penalty_slots(own.public.bits)
        n_theirs = layout.of(place).stop - layout.of(place).start
        count = rows.n_ciphertexts(self.n_rows)
        data = recv(self._ctx, MESSAGES.scores_ct, party, step)
        opened = own.decrypt(Block.loads(own.public, data, count + few.n_ciphertexts(n_theirs)))
        scores = [value % (1 << 64) for value in rows.unpack(opened[:count], self.n_rows)]
        penalty = [-value for value in few.unpack(opened[count:], n_theirs)]
        return np.array(scores, dtype=np.uint64), np.array(penalty, dtype=object)

    def gradient(self, residual: Sequence[int], step: str) -> Wide:
        """Do step 3: our share of Z'residual in the ring."""
        ctx, own, matrix = self._ctx, self._setup.key, self._features.matrix
        slots = scales.residual_slots(own.public.bits, self._ring)
        payload = own.encrypt(slots.pack(residual), self._stream(step, "residual", ctx.me)).dumps()
        for party in ctx.others:
            send(ctx, MESSAGES.residual_ct, payload, party, step)
        share: Wide = np.array(self._features.gradient(list(residual), self._ring), dtype=object)
        for party in ctx.others:
            key = self._setup.partners[party.member].key
            block = Block.loads(key, recv(ctx, MESSAGES.residual_ct, party, step), slots.n_ciphertexts(self.n_rows))
            values = assemble(key, matrix.answers((0, self.n_rows), block, slots), len(share))
            stream = self._stream(step, "gradient", party)
            bits = scales.residual_value_bits(self._ring)
            masks = [slots.row_masks(stream, bits) for _ in range(len(values))]
            send(ctx, MESSAGES.gradient_ct, add(values, encrypt(key, masks, stream)).dumps(), party, step)
            share = share - np.array([slots.middle(mask) for mask in masks], dtype=object)
        parts = []
        for party in ctx.parties:
            if party == ctx.me:
                parts.append(share)
                continue
            n_theirs = self._setup.partners[party.member].n_columns
            opened = own.decrypt(Block.loads(own.public, recv(ctx, MESSAGES.gradient_ct, party, step), n_theirs))
            parts.append(np.array([slots.middle(value) for value in opened], dtype=object))
        return np.concatenate(parts)

    def integers(self, share: Wide, mask_bits: int, routes: Routes, step: str) -> Wide:
        """Do step 4: shares that add up without a modulus, for values 40 bits shorter than the masks."""
        # A step may open two vectors: each has masks of its own, or their difference would be open.
        vector = min(message.name for message in routes.values())
        stream = self._stream(step, f"integers {vector}", self._ctx.me)
        masks: Wide = np.array([stream.bits(mask_bits) for _ in range(len(share))], dtype=object)
        opened = self._open(share + masks, self._ring, routes, step)
        return opened - masks if self._ctx.role is Role.PROMOTER else -masks

    def _open(self, share: Wide, ring: Ring, routes: Routes, step: str) -> Wide:
        """Open a vector to all."""
        for party in self._ctx.others:
            send(self._ctx, routes, ring.dump(share.tolist()), party, step)
        for party in self._ctx.others:
            data = recv(self._ctx, routes, party, step)
            share = share + np.array(ring.load(data, len(share)), dtype=object)
        return np.array(ring.lift(share.tolist()), dtype=object)

    def _derive(self, step: str, message: str, receiver: Party) -> bytes:
        ctx = self._ctx
        return derive(self._secret, ctx.job, ctx.task, ctx.attempt, "refine", step, message, receiver.member)

    def _stream(self, step: str, message: str, receiver: Party) -> Stream:
        return Stream(self._derive(step, message, receiver))


def penalty_slots(key_bits: int) -> Slots:
    """Penalty of an owner's columns times masks."""
    return Slots.of_rows(key_bits, scales.PENALTY_VALUE_BITS)
