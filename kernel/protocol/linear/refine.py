"""From the optimum of the expanded log loss towards that of the log loss, with a bounded sigmoid: one party's part.

With Q the columns in their owners' bases and Z = Q·√(4n), the gradient is Z'(σ(Zw) - ½)/n - b + P·w, where
P_i = λ·T_i'T_i is the owner's. In each step:

1. The weights are opened under all parties' masks, with 16 fractional bits. Each owner multiplies by its columns: what
   is open and its own mask by itself, the others' masks encrypted. Now scores are shared among all parties in the
   ring whose size is the sigmoid's period; and P·w too, which needs no ring.
2. `Sigmoid` makes shares of σ - ½.
3. Every party sends its share encrypted and packed, every owner answers with the products with its columns under masks.
4. The gradient is opened under all parties' masks, so that each has a share of it that is an integer.
5. The solver divides by I + C, an upper bound of the Hessian, on shares; a Chebyshev step for the spectrum [0.2, 1].
"""

from collections.abc import Sequence

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
from kernel.crypto.paillier import Block, add, encrypt, pack, product
from kernel.crypto.paillier.products import Slots, assemble
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Floats
from kernel.protocol.linear.cross import Cross, Layout, Wide
from kernel.protocol.linear.features import Features, Words
from kernel.protocol.linear.messages import MESSAGES, Routes, recv, send
from kernel.protocol.linear.setup import Setup
from kernel.protocol.linear.solver import Solver, Stage
from kernel.protocol.linear.state import State
from kernel.protocol.linear.turns import Sigmoid


class Refiner:
    """Steps of one attempt.

    Parameters
    ----------
    penalty
        P of our own columns.
    rates
        Momentum and step of every step.
    inner
        Iterations of the solver within a step.
    """

    def __init__(
        self,
        ctx: Context,
        setup: Setup,
        features: Features,
        penalty: Floats,
        solver: Solver,
        secret: bytes,
        rates: Stage,
        inner: Stage,
    ) -> None:
        self._ctx, self._setup, self._features, self._solver = ctx, setup, features, solver
        self._secret, self._rates, self._inner = secret, rates, inner
        self._penalty = np.rint(penalty * 2.0**scales.FRAC_CROSS).astype(np.int64)
        self._sigmoid = Sigmoid(ctx, setup, secret)
        self._n_rows = features.matrix.blocks.n_rows

    def run(self, state: State) -> None:
        """Move the weights of a state, those of one target after those of another."""
        total = len(self._rates) * state.n_targets
        for number in range(state.refined, total):
            with self._ctx.step(f"step {number + 1} of {total} with the sigmoid", 0.5 + 0.45 * number / total):
                self._step(state, *divmod(number, len(self._rates)))
            self._ctx.checkpoint.save(state.number, state.dumps())

    def _step(self, state: State, target: int, number: int) -> None:
        step, layout = str(state.refined), state.cross.layout
        weights, previous = state.weights[:, target], state.previous[:, target]
        scores, penalty = self._scores(weights, layout, step)
        residual = self._sigmoid.of(scores, step)
        gradient = self._integers(self._gradient(residual, step), step)
        label = gradient + (penalty >> scales.FRAC_REFINED) - state.cross.label[:, target]
        inner = State.zero(Cross(layout, state.cross.rows, label[:, None]))
        inner.done = state.done
        for momentum, rate in self._inner:
            self._solver.iterate(inner, momentum, rate)
        state.done = inner.done
        momentum, rate = (round(value * 2**scales.FRAC_RATE) for value in self._rates[number])
        moved = (momentum * (weights - previous) - rate * inner.weights[:, 0]) >> scales.FRAC_RATE
        state.previous, state.weights = state.previous.copy(), state.weights.copy()
        state.previous[:, target], state.weights[:, target] = weights, weights + moved
        state.refined += 1

    def _scores(self, weights: Wide, layout: Layout, step: str) -> tuple[Words, Wide]:
        """Do step 1: our shares of the scores and of P·w."""
        ctx, own = self._ctx, self._setup.key
        stream = self._stream(step, "masks", ctx.me)
        masks: Wide = np.array([stream.bits(scales.REFINED_MASK_BITS) for _ in range(layout.total)], dtype=object)
        opened = self._open(weights + masks, scales.REFINED_RING, MESSAGES.step, f"scores {step}")
        dropped = scales.FRAC_WEIGHT - scales.FRAC_REFINED
        opened, masks = opened >> dropped, masks >> dropped
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
        return scores, penalty

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
        count = rows.n_ciphertexts(self._n_rows)
        data = recv(self._ctx, MESSAGES.scores_ct, party, step)
        opened = own.decrypt(Block.loads(own.public, data, count + few.n_ciphertexts(n_theirs)))
        scores = [value % (1 << 64) for value in rows.unpack(opened[:count], self._n_rows)]
        penalty = [-value for value in few.unpack(opened[count:], n_theirs)]
        return np.array(scores, dtype=np.uint64), np.array(penalty, dtype=object)

    def _gradient(self, residual: Sequence[int], step: str) -> Wide:
        """Do step 3: our share of Z'(σ - ½), modulo 2^TURN_RING."""
        ctx, own, matrix = self._ctx, self._setup.key, self._features.matrix
        slots = scales.residual_slots(own.public.bits)
        payload = own.encrypt(slots.pack(residual), self._stream(step, "residual", ctx.me)).dumps()
        for party in ctx.others:
            send(ctx, MESSAGES.residual_ct, payload, party, step)
        share: Wide = np.array(self._features.gradient(list(residual)), dtype=object)
        for party in ctx.others:
            key = self._setup.partners[party.member].key
            block = Block.loads(key, recv(ctx, MESSAGES.residual_ct, party, step), slots.n_ciphertexts(self._n_rows))
            values = assemble(key, matrix.answers((0, self._n_rows), block, slots), len(share))
            stream = self._stream(step, "gradient", party)
            masks = [slots.wide_mask(stream) for _ in range(len(values))]
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

    def _integers(self, gradient: Wide, step: str) -> Wide:
        """Do step 4: shares of the mean gradient that add up without a modulus, FRAC_CROSS bits."""
        ctx = self._ctx
        frac = scales.frac_turn(len(ctx.parties)) * len(ctx.parties) + scales.FRAC_FEATURE
        bits = frac + self._n_rows.bit_length() + 1 + 40
        stream = self._stream(step, "integers", ctx.me)
        masks: Wide = np.array([stream.bits(bits) for _ in range(len(gradient))], dtype=object)
        share = -masks
        opened = self._open(gradient + masks, scales.TURN_RING, MESSAGES.gradient, step)
        if ctx.role is Role.PROMOTER:
            share = share + opened
        return (share << scales.FRAC_CROSS) // (self._n_rows << frac)

    def _open(self, share: Wide, ring: int, routes: Routes, step: str) -> Wide:
        """Open a vector to all."""
        for party in self._ctx.others:
            send(self._ctx, routes, dump_ring(share.tolist(), ring), party, step)
        for party in self._ctx.others:
            data = recv(self._ctx, routes, party, step)
            share = share + np.array(load_ring(data, ring, len(share)), dtype=object)
        return np.array(lift(share.tolist(), ring), dtype=object)

    def _derive(self, step: str, message: str, receiver: Party) -> bytes:
        ctx = self._ctx
        return derive(self._secret, ctx.job, ctx.task, ctx.attempt, "refine", step, message, receiver.member)

    def _stream(self, step: str, message: str, receiver: Party) -> Stream:
        return Stream(self._derive(step, message, receiver))


def penalty_slots(key_bits: int) -> Slots:
    """Penalty of an owner's columns times masks."""
    return Slots.of_rows(key_bits, scales.PENALTY_VALUE_BITS)
