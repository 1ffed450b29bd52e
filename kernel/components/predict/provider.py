"""A provider sends its part of every score, masked when there is another provider, or its decisions on every row."""

import functools
from typing import Any

import numpy as np

from kernel.components.predict.spec import MASK_KEY, SCORE_SHARE, Params
from kernel.core import Context, Outputs
from kernel.protocol.scoring import MaskKey, share, tables
from kernel.protocol.scoring.messages import DECISIONS


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Score own columns, or decide own splits."""
    del own
    part = tables.model_part(ctx, apply_pipeline=params.apply_pipeline)
    tables.check_alignment(ctx)
    exchange = _Masks(ctx) if part.masked else None
    function = functools.partial(tables.own_rows, part=part, apply_pipeline=params.apply_pipeline)
    with ctx.step("own part", 0.2):
        rows = np.concatenate(ctx.inputs["table"].run(function))
    if exchange:
        ctx.send(SCORE_SHARE, part.write(share(rows, exchange.masks(len(rows)))), to=ctx.promoter)
    else:
        ctx.send(DECISIONS, part.write(rows), to=ctx.promoter)
    return {}


class _Masks:
    """The keys of all providers, exchanged when made, and the masks that follow from them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._key = ctx, MaskKey(ctx.rng.token(32))
        others = [party for party in ctx.providers if party != ctx.me]
        for party in others:
            ctx.send(MASK_KEY, self._key.public, to=party)
        self._peers = {party.member: ctx.recv(MASK_KEY, sender=party) for party in others}

    def masks(self, n_rows: int) -> Any:
        ctx = self._ctx
        return self._key.masks(ctx.me.member, self._peers, f"{ctx.job} {ctx.task} {ctx.attempt}", n_rows)
