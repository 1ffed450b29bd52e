"""Masks over the providers' parts of scores, from keys that they exchange: they cancel in the sum of all."""

import numpy as np
import numpy.typing as npt

from kernel.core import Context
from kernel.protocol.scoring.masks import MaskKey
from kernel.protocol.scoring.messages import MASK_KEY


class ProviderMasks:
    """A provider's own; with one provider there is nothing to cancel, and all masks are zero.

    Its component declares MASK_KEY. Making it sends our public key and waits for those of the others.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._key = ctx, MaskKey(ctx.rng.token(32))
        others = [party for party in ctx.providers if party != ctx.me]
        for party in others:
            ctx.send(MASK_KEY, self._key.public, to=party)
        self._peers = {party.member: ctx.recv(MASK_KEY, sender=party) for party in others}

    def of(self, count: int, step: str = "") -> npt.NDArray[np.uint64]:
        """Return masks of `count` numbers; a step is asked for once."""
        ctx = self._ctx
        return self._key.masks(ctx.me.member, self._peers, f"{ctx.job} {ctx.task} {ctx.attempt} {step}", count)
