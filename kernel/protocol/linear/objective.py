"""Opens the objective to the promoter: shares of ½w'(A·w - 2b), added up on their way, so only the total is known."""

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import dump_ring, lift, load_ring, signed
from kernel.crypto.paillier import Block, add, encrypt
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.cross import Wide, inner_encrypted
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup
from kernel.protocol.linear.state import State

_MASK_BITS = scales.INNER_BITS + 40
_LANES = 4  # so many numbers are worked on together; fewer take the same time, and tables of their own


class Objective:
    """One party's part; every opening has its own number."""

    def __init__(self, ctx: Context, setup: Setup, secret: bytes) -> None:
        self._ctx, self._setup, self._secret = ctx, setup, secret

    def open(self, state: State, step: str, *, without: float = 0.0) -> float | None:
        """Value of ½w'Aw - b'w, summed over the targets, at the promoter; None elsewhere.

        Parameters
        ----------
        without
            A summand of ours to take off.
        """
        ctx = self._ctx
        weights, gradient = (factor.ravel() for factor in self._factors(state))
        payload = self._setup.key.encrypt(weights.tolist(), self._stream(step, "weights", ctx.me)).dumps()
        for party in ctx.others:
            send(ctx, MESSAGES.weights_ct, payload, party, step)
        total = int(weights @ gradient) - round(without * 2**_EXACT) * (2 << (scales.FRAC_OBJECTIVE - _EXACT))
        total -= sum(self._answer(party, gradient, step) for party in ctx.others)
        total += sum(self._collect(party, step) for party in ctx.others)
        total += self._stream(step, "noise", ctx.me).bits(scales.OBJECTIVE_NOISE_BITS)
        return self._sum(total, step)

    @staticmethod
    def _factors(state: State) -> tuple[Wide, Wide]:
        """Our shares of w, and of A·w - 2b with FRAC_PRODUCT bits, lifted from the ring."""
        gradient = (state.weights << scales.FRAC_CROSS) + state.product
        gradient = gradient - (state.cross.label << (scales.FRAC_WEIGHT + 1))
        return state.weights, np.array(lift(gradient.ravel().tolist(), scales.RING), dtype=object)

    def _answer(self, party: Party, gradient: Wide, step: str) -> int:
        """Multiply their share of the weights by ours of the gradient; returns the mask."""
        key = self._setup.partners[party.member].key
        data = recv(self._ctx, MESSAGES.weights_ct, party, step)
        encrypted = Block.loads(key, data, len(gradient))
        stream = self._stream(step, "inner", party)
        mask = (1 << scales.INNER_BITS) + stream.bits(_MASK_BITS)
        answer = add(inner_encrypted(gradient.tolist(), encrypted), encrypt(key, [mask] * _LANES, stream)[:1])
        send(self._ctx, MESSAGES.inner_ct, answer.dumps(), party, step)
        return mask

    def _collect(self, party: Party, step: str) -> int:
        own = self._setup.key
        answer = Block.loads(own.public, recv(self._ctx, MESSAGES.inner_ct, party, step), 1)
        return own.decrypt(Block.join([answer] * _LANES))[0]

    def _sum(self, total: int, step: str) -> float | None:
        """Add from the last provider to the first one, which sends the promoter the sum."""
        ctx = self._ctx
        providers = ctx.providers
        if ctx.role is Role.PROMOTER:
            total += self._from(providers[0], step)
            return signed(total, scales.RING) * 2.0 ** -(scales.FRAC_OBJECTIVE + 1)
        if ctx.me != providers[-1]:
            total += self._from(providers[ctx.me.index + 1], step)
        to = providers[ctx.me.index - 1] if ctx.me.index else ctx.promoter
        send(ctx, MESSAGES.objective_share, dump_ring([total], scales.RING), to, step)
        return None

    def _from(self, party: Party, step: str) -> int:
        return load_ring(recv(self._ctx, MESSAGES.objective_share, party, step), scales.RING, 1)[0]

    def _stream(self, step: str, message: str, receiver: Party) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, "objective", step, message, receiver.member))


_EXACT = 50  # bits that a double's summand keeps
