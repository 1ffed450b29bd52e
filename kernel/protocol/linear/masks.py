"""Masks of the steps, and C times these masks on shares: all that iterations need of Paillier, for many at once.

After Beaver (1991): the sum of the weights and everybody's masks is opened, and C times weights is C times this sum,
which each party computes by itself, minus C times the masks. The masks do not depend on the weights, so those of
several iterations are encrypted together, one weight's in one plaintext.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernel.core.context import Context
from kernel.core.party import Party
from kernel.crypto.paillier import Block, add, encrypt
from kernel.crypto.prg import Stream, derive
from kernel.protocol.linear import scales
from kernel.protocol.linear.cross import Cross, Wide
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.setup import Setup


@dataclass(frozen=True)
class StepMask:
    """Our mask of one step, FRAC_STEP bits, and our share of C times all parties' masks of it, modulo 2^RING."""

    mask: Wide
    product: Wide

    @classmethod
    def stack(cls, masks: Sequence["StepMask"]) -> "StepMask":
        """Put masks of several right-hand sides beside each other."""
        return cls(np.stack([one.mask for one in masks], axis=1), np.stack([one.product for one in masks], axis=1))

    @property
    def dropped(self) -> Wide:
        """The mask as far as the weights keep it: FRAC_WEIGHT bits."""
        return self.mask >> scales.DROPPED


class Masks:
    """Makes masks for iterations as they come, `size` at a time."""

    def __init__(self, ctx: Context, setup: Setup, cross: Cross, secret: bytes) -> None:
        self._ctx, self._setup, self._cross, self._secret = ctx, setup, cross, secret
        self._slots = scales.batch_slots(setup.key.public.bits)
        self._held: dict[int, StepMask] = {}

    @property
    def size(self) -> int:
        """Iterations of a batch."""
        return self._slots.count

    def of(self, iteration: int) -> StepMask:
        """Masks of an iteration; each is handed out once."""
        if iteration not in self._held:
            self._make(iteration - iteration % self.size)
        return self._held.pop(iteration)

    def _make(self, first: int) -> None:
        ctx, step = self._ctx, str(first)
        total = self._cross.layout.total
        stream = self._stream(first, "masks", ctx.me)
        masks: Wide = np.array(
            [[stream.bits(scales.STEP_MASK_BITS) for _ in range(self.size)] for _ in range(total)], dtype=object
        )
        dropped = masks >> scales.DROPPED
        plain = self._slots.pack(dropped.ravel().tolist())  # a weight's masks fill a plaintext
        payload = self._setup.key.encrypt(plain, self._stream(first, "blinding", ctx.me)).dumps()
        for party in ctx.others:
            send(ctx, MESSAGES.masks_ct, payload, party, step)
        product: Wide = np.array([self._cross.times(column) for column in dropped.T], dtype=object).T
        product = product - sum(self._answer(party, first) for party in ctx.others)
        product = product + sum(self._collect(party, step) for party in ctx.others)
        for place in range(self.size):
            self._held[first + place] = StepMask(masks[:, place], product[:, place] % (1 << scales.RING))

    def _answer(self, party: Party, first: int) -> Wide:
        """Multiply their masks by our share of C; returns what we masked it with."""
        ctx, step = self._ctx, str(first)
        key = self._setup.partners[party.member].key
        encrypted = Block.loads(key, recv(ctx, MESSAGES.masks_ct, party, step), self._cross.layout.total)
        values = self._cross.times_encrypted(encrypted)
        stream = self._stream(first, "products", party)
        masks = [
            self._slots.row_mask(stream, scales.MASKED_PRODUCT_BITS) for _ in range(len(values) * self._slots.count)
        ]
        blinded = add(values, encrypt(key, self._slots.pack(masks), stream))
        send(ctx, MESSAGES.masked_ct, blinded.dumps(), party, step)
        return self._matrix(masks)

    def _collect(self, party: Party, step: str) -> Wide:
        own, total = self._setup.key, self._cross.layout.total
        opened = own.decrypt(Block.loads(own.public, recv(self._ctx, MESSAGES.masked_ct, party, step), total))
        return self._matrix(self._slots.unpack(opened, total * self._slots.count))

    def _matrix(self, values: list[int]) -> Wide:
        out: Wide = np.array(values, dtype=object)
        return out.reshape(-1, self._slots.count)

    def _stream(self, first: int, message: str, receiver: Party) -> Stream:
        ctx = self._ctx
        return Stream(derive(self._secret, ctx.job, ctx.task, ctx.attempt, message, first, receiver.member))
