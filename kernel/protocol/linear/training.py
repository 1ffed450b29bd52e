"""Training of ¼z + ½ - y on additive shares: one party's part.

After Chen et al. 2021 ("When homomorphic encryption marries secret sharing", SSHE-LR), extended to k providers as a
star. Weights of a provider are shared between it and the promoter; weights of the promoter between it and the first
provider ("holder" is whoever holds the other share). All shares of weights are in the ring 2^64, everything else
modulo 2^128. In each iteration:

1. Holder → owner: [[v]], its share of the owner's weights. Owner → holder: [[X·v + r]], rows packed, r wider than X·v
by 40 bits.
   Now z is shared: the owner has X·u - r, the holder X·v + r (the promoter adds the providers' ciphertexts and
   decrypts their sum).
2. 4d = z + 2 - 4y stays additively shared between all parties; y enters the promoter's share only.
3. Every party encrypts its share of 4d under its own key, S entries a ciphertext, and sends the same ciphertexts to
all others.
   Each owner returns X'·[[share]] plus a mask; what a party decrypts of a block it does not hold goes on to the holder.
   Now G = X'·4d is shared between owner and holder.
4. Both add 4nλ·w on their shares: T. Holder → owner: [[T_h]]; owner → holder: [[P·T_h + r]] with the owner's own
   preconditioner P = (X'X/4n + λI)⁻¹, and likewise masked the cross terms of wᵀT.
5. Both move their shares along P·T by a Chebyshev step, truncating locally: exact up to one unit in the last place.
6. The objective is Σ wᵀT + (2 - 4y)ᵀ4d up to constants: its shares are added from provider to provider, the promoter
opens the sum.

At the end the holder sends its share of the weights to the owner. Nobody ever sees z, d, G or anybody else's weights.
Semi-honest; any coalition learns only what the shares that it holds together determine: the promoter with a provider
sees that provider's weights and gradients during training, not the other providers'.
"""

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import NotConverged
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import dump_ring, lift, load_ring, signed
from kernel.crypto.paillier import Block, PublicKey, add, encrypt
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Matrix
from kernel.protocol.linear.direction import preconditioned
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.objective import Objective
from kernel.protocol.linear.plan import Plan
from kernel.protocol.linear.setup import Setup
from kernel.protocol.linear.state import Shares, State

_WIDE = scales.WIDE_RING
_DIVERGED = 2.0**8


class Trainer:
    """One party of one attempt.

    Parameters
    ----------
    matrix
        Own encoded columns; the promoter's end with a column of ones and, beyond `n_weights`, the column 2 - 4y.
    residual_offset
        The promoter's (2 - 4y)·2^FRAC_SCORE by row; empty at providers.
    """

    def __init__(self, ctx: Context, setup: Setup, matrix: Matrix, plan: Plan, residual_offset: Sequence[int]) -> None:
        self._ctx, self._setup, self._matrix, self._plan = ctx, setup, matrix, plan
        self._offset = residual_offset
        self._n_rows = matrix.blocks.n_rows
        self._secret = ctx.rng.token(32)
        first = ctx.providers[0]
        if ctx.role is Role.PROMOTER:
            self._holder, self._held = first, list(ctx.providers)
        else:
            self._holder, self._held = ctx.promoter, [ctx.promoter] if ctx.me == first else []
        self._objective = Objective(ctx, self._n_rows)
        self._preconditioner = plan.preconditioner(matrix.gram(), self._n_rows)
        self.state = State(
            0,
            Shares.zero(matrix.n_weights),
            {party.member: Shares.zero(setup.partners[party.member].n_columns) for party in self._held},
        )
        if setup.resume_from:
            self.state = State.loads(ctx.checkpoint.load(setup.resume_from))

    def run(self) -> list[float]:
        """Train; returns our own weights, opened to us alone."""
        n_steps = len(self._plan.rates)
        for iteration in range(self.state.done, n_steps):
            with self._ctx.step(f"iteration {iteration + 1} of {n_steps}", 0.05 + 0.9 * iteration / n_steps):
                self._iterate(iteration)
        with self._ctx.step("opening own weights to their owner", 0.97):
            return self._open()

    def _iterate(self, iteration: int) -> None:
        step = str(iteration)
        weights_ct = self._exchange_weights(iteration, step)
        residual = self._forward(iteration, step, weights_ct)
        gradients = self._backward(iteration, step, residual)
        parts = self._direct(iteration, step, weights_ct, gradients)
        loss = self._objective.open(parts, step)
        if loss is not None:
            self._check(loss)
            self.state.losses.append(loss)
        self.state.done = iteration + 1
        self._ctx.checkpoint.save(self.state.done, self.state.dumps())

    def _exchange_weights(self, iteration: int, step: str) -> Block:
        """Step 1a: returns the encryptions of the holder's share of our weights."""
        for party in self._held:
            stream = self._stream(iteration, "weights", party)
            shares = self.state.held[party.member].weights
            send(self._ctx, MESSAGES.weights_ct, self._encrypt(shares, stream), party, step)
        data = recv(self._ctx, MESSAGES.weights_ct, self._holder, step)
        return Block.loads(self._key_of(self._holder), data, self._matrix.n_weights)

    def _forward(self, iteration: int, step: str, weights_ct: Block) -> list[int]:
        """Do steps 1b and 2: our share of 4d."""
        secret = self._derive(iteration, "scores", self._holder)
        masked, share = self._matrix.scores(weights_ct, self.state.own.weights, secret)
        send(self._ctx, MESSAGES.scores_ct, masked.dumps(), self._holder, step)
        if self._held:
            own = self._setup.key
            slots = scales.score_slots(own.public.bits)
            blocks = [
                Block.loads(
                    own.public, recv(self._ctx, MESSAGES.scores_ct, party, step), slots.n_ciphertexts(self._n_rows)
                )
                for party in self._held
            ]
            opened = slots.unpack(own.decrypt(functools.reduce(add, blocks)), self._n_rows)
            share = [a + b for a, b in zip(share, opened, strict=True)]
        if self._offset:
            share = [a + b for a, b in zip(share, self._offset, strict=True)]
        mask = (1 << _WIDE) - 1
        return [value & mask for value in share]

    def _backward(self, iteration: int, step: str, residual: list[int]) -> dict[str, list[int]]:
        """Step 3: our shares of G modulo 2^128, by owner: of our own block and of the blocks that we hold."""
        ctx, own = self._ctx, self._setup.key
        packed = scales.gradient_slots(own.public.bits).pack(residual)
        payload = self._encrypt(packed, self._stream(iteration, "residual", ctx.me))
        for party in ctx.others:
            send(ctx, MESSAGES.residual_ct, payload, party, step)
        peers = []
        for party in ctx.others:
            key = self._key_of(party)
            count = scales.gradient_slots(key.bits).n_ciphertexts(self._n_rows)
            peers.append(Block.loads(key, recv(ctx, MESSAGES.residual_ct, party, step), count))
        products, share = self._matrix.gradients(peers, residual)
        for party, values in zip(ctx.others, products, strict=True):
            key = values.key
            slots, stream = scales.gradient_slots(key.bits), self._stream(iteration, "gradient", party)
            masks = [slots.wide_mask(stream) for _ in range(len(values))]
            send(ctx, MESSAGES.gradient_ct, add(values, encrypt(key, masks, stream)).dumps(), party, step)
            share = [a - slots.middle(mask) for a, mask in zip(share, masks, strict=True)]
        return {ctx.me.member: share} | self._collect_gradients(step)

    def _collect_gradients(self, step: str) -> dict[str, list[int]]:
        """Decrypt what the owners computed from our share; keep it or pass it on; add up what we hold."""
        ctx, own = self._ctx, self._setup.key
        slots = scales.gradient_slots(own.public.bits)
        held: dict[str, list[int]] = {}
        for owner in ctx.others:
            data = recv(ctx, MESSAGES.gradient_ct, owner, step)
            opened = own.decrypt(Block.loads(own.public, data, self._n_gradients(owner)))
            values = [slots.middle(value) for value in opened]
            if owner in self._held:
                held[owner.member] = values
            else:
                to = ctx.promoter if owner.role is Role.PROVIDER else ctx.providers[0]
                send(ctx, MESSAGES.gradient_share, dump_ring(values, _WIDE), to, f"{step} {owner.index}")
        for owner in self._held:
            for party in ctx.others:
                if party != owner:
                    data = recv(ctx, MESSAGES.gradient_share, party, f"{step} {owner.index}")
                    part = load_ring(data, _WIDE, self._n_gradients(owner))
                    held[owner.member] = [a + b for a, b in zip(held[owner.member], part, strict=True)]
        return held

    def _direct(self, iteration: int, step: str, weights_ct: Block, gradients: dict[str, list[int]]) -> list[int]:
        """Do steps 4 and 5; returns our summands of the objective."""
        ctx, own = self._ctx, self._setup.key
        parts, totals = [], {}
        for member, values in gradients.items():
            shares = self.state.own if member == ctx.me.member else self.state.held[member]
            weighted = self._plan.penalised(
                values, shares.weights, self._n_rows, intercept=member == ctx.promoter.member
            )
            totals[member] = lift(weighted, _WIDE)
            # The column 2 - 4y of the promoter's block is no weight's gradient: its product belongs to the objective.
            parts += [value << scales.FRAC_WEIGHT for value in values[len(shares.weights) :]]
        slots = scales.direction_slots(own.public.bits)
        for party in self._held:
            entries = [value + (1 << (_WIDE - 1)) for value in totals[party.member]]
            payload = self._encrypt(slots.pack(entries), self._stream(iteration, "direction", party))
            send(ctx, MESSAGES.direction_ct, payload, party, step)
        key = self._key_of(self._holder)
        count = scales.direction_slots(key.bits).n_ciphertexts(self._matrix.n_weights)
        encrypted = Block.loads(key, recv(ctx, MESSAGES.direction_ct, self._holder, step), count)
        masked, direction, part = preconditioned(
            self._preconditioner,
            encrypted,
            weights_ct,
            totals[ctx.me.member],
            self.state.own.weights,
            self._stream(iteration, "step", self._holder),
        )
        parts.append(part)
        send(ctx, MESSAGES.step_ct, masked.dumps(), self._holder, step)
        self._plan.move(self.state.own, direction, iteration, self._n_rows)
        for party in self._held:
            shares = self.state.held[party.member]
            data = recv(ctx, MESSAGES.step_ct, party, step)
            opened = [slots.middle(v) for v in own.decrypt(Block.loads(own.public, data, len(shares.weights) + 1))]
            inner = sum(v * t for v, t in zip(shares.weights, totals[party.member], strict=True))
            parts.append(opened.pop() + inner)
            self._plan.move(shares, lift(opened, slots.width), iteration, self._n_rows)
        return parts

    def _check(self, loss: float) -> None:
        limit = _DIVERGED * max(self.state.losses[:1] or [loss])
        if not np.isfinite(loss) or abs(loss) > abs(limit):
            raise NotConverged(f"the objective reached {loss:g}", public_detail="The objective left its range.")

    def _open(self) -> list[float]:
        for party in self._held:
            payload = dump_ring(self.state.held[party.member].weights, scales.WEIGHT_RING)
            send(self._ctx, MESSAGES.weights, payload, party, "")
        data = recv(self._ctx, MESSAGES.weights, self._holder, "")
        theirs = load_ring(data, scales.WEIGHT_RING, self._matrix.n_weights)
        opened = [signed(a + b, scales.WEIGHT_RING) for a, b in zip(self.state.own.weights, theirs, strict=True)]
        weights = [value * 2.0**-scales.FRAC_WEIGHT for value in opened]
        if max(map(abs, weights)) > _DIVERGED:
            raise NotConverged("a weight left its range", public_detail="A weight left its range.")
        return weights

    def _n_gradients(self, owner: Party) -> int:
        return self._setup.partners[owner.member].n_columns + (owner.role is Role.PROMOTER)

    def _key_of(self, party: Party) -> PublicKey:
        return self._setup.partners[party.member].key

    def _encrypt(self, values: Sequence[int], stream: Stream) -> bytes:
        return self._setup.key.encrypt(values, stream).dumps()

    def _derive(self, iteration: int, message: str, receiver: Party) -> bytes:
        ctx = self._ctx
        return derive(self._secret, ctx.job, ctx.task, ctx.attempt, iteration, message, receiver.member)

    def _stream(self, iteration: int, message: str, receiver: Party) -> Stream:
        return Stream(self._derive(iteration, message, receiver))


def label_columns(label: npt.NDArray[np.float64]) -> list[int]:
    """Rows of (2 - 4y)·2^FRAC_SCORE for a label of zeros and ones."""
    return [(2 - 4 * int(value)) << scales.FRAC_SCORE for value in label.tolist()]
