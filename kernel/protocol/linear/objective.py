"""Opens inner products of shared vectors to the promoter, the objective ½w'(A·w - 2b) first of all.

Shares are added up on their way, so only the totals are known.
"""

from collections.abc import Sequence

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
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
        gradient = (state.weights << scales.FRAC_CROSS) + state.product
        gradient = gradient - (state.cross.label << (scales.FRAC_WEIGHT + 1))
        less = round(without * 2**_EXACT) * (2 << (scales.FRAC_OBJECTIVE - _EXACT))
        found = self.products([state.weights.ravel()], gradient.ravel(), step, plus=-less)
        return None if found is None else found[0] / 2

    def products(self, left: Sequence[Wide], right: Wide, step: str, *, plus: int = 0) -> list[float] | None:
        """Inner products of some shared vectors with one, at the promoter; None elsewhere.

        Parameters
        ----------
        left
            Shares that add up without a modulus, FRAC_WEIGHT bits, as short as masks of the weights.
        right
            Shares modulo 2^RING, FRAC_PRODUCT bits.
        plus
            Our share of a summand of the first one, FRAC_OBJECTIVE bits.
        """
        ctx = self._ctx
        right = np.array(lift(right.tolist(), scales.RING), dtype=object)
        vectors = np.concatenate(left).tolist()
        payload = self._setup.key.encrypt(vectors, self._stream(step, "weights", ctx.me)).dumps()
        for party in ctx.others:
            send(ctx, MESSAGES.weights_ct, payload, party, step)
        totals: Wide = np.array([int(vector @ right) for vector in left], dtype=object)
        totals[0] += plus
        for party in ctx.others:
            totals = totals - self._answer(party, right, len(left), step)
        for party in ctx.others:
            totals = totals + self._collect(party, len(left), step)
        stream = self._stream(step, "noise", ctx.me)
        noise = [stream.bits(scales.OBJECTIVE_NOISE_BITS) for _ in left]
        return self._sum(totals + np.array(noise, dtype=object), step)

    def _answer(self, party: Party, right: Wide, count: int, step: str) -> Wide:
        """Multiply their shares of some vectors by ours of the other one; returns the masks."""
        key, width = self._setup.partners[party.member].key, len(right)
        block = Block.loads(key, recv(self._ctx, MESSAGES.weights_ct, party, step), count * width)
        found = [inner_encrypted(right.tolist(), block[place * width : (place + 1) * width]) for place in range(count)]
        stream = self._stream(step, "inner", party)
        masks = [(1 << scales.INNER_BITS) + stream.bits(_MASK_BITS) for _ in range(count)]
        hidden = encrypt(key, masks + masks[:1] * (_LANES - count), stream)[:count]
        send(self._ctx, MESSAGES.inner_ct, add(Block.join(found), hidden).dumps(), party, step)
        return np.array(masks, dtype=object)

    def _collect(self, party: Party, count: int, step: str) -> Wide:
        own = self._setup.key
        answer = Block.loads(own.public, recv(self._ctx, MESSAGES.inner_ct, party, step), count)
        opened = own.decrypt(Block.join([answer, *[answer[:1]] * (_LANES - count)]))[:count]
        return np.array(opened, dtype=object)

    def _sum(self, totals: Wide, step: str) -> list[float] | None:
        """Add from the last provider to the first one, which sends the promoter the sums."""
        ctx = self._ctx
        providers = ctx.providers
        if ctx.role is Role.PROMOTER:
            totals = totals + self._from(providers[0], len(totals), step)
            return [value * 2.0**-scales.FRAC_OBJECTIVE for value in lift(totals.tolist(), scales.RING)]
        if ctx.me != providers[-1]:
            totals = totals + self._from(providers[ctx.me.index + 1], len(totals), step)
        to = providers[ctx.me.index - 1] if ctx.me.index else ctx.promoter
        send(ctx, MESSAGES.objective_share, dump_ring(totals.tolist(), scales.RING), to, step)
        return None

    def _from(self, party: Party, count: int, step: str) -> Wide:
        share = load_ring(recv(self._ctx, MESSAGES.objective_share, party, step), scales.RING, count)
        return np.array(share, dtype=object)

    def _stream(self, step: str, message: str, receiver: Party) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, "objective", step, message, receiver.member))


_EXACT = 50  # bits that a double's summand keeps
