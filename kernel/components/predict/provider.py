"""A provider sends its part of every score, masked when there is another provider, or its decisions on every row."""

import functools
from typing import Any

import numpy as np

from kernel.components.predict.spec import SCORE_SHARE, Params
from kernel.core import Context, Outputs
from kernel.protocol.scoring import share, tables
from kernel.protocol.scoring.exchange import ProviderMasks
from kernel.protocol.scoring.messages import DECISIONS


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Score own columns, or decide own splits."""
    del own
    part = tables.model_part(ctx, apply_pipeline=params.apply_pipeline)
    tables.check_alignment(ctx)
    masks = ProviderMasks(ctx) if part.masked else None
    function = functools.partial(tables.own_rows, part=part, apply_pipeline=params.apply_pipeline)
    with ctx.step("own part", 0.2):
        rows = np.concatenate(ctx.inputs["table"].run(function))
    if masks:
        ctx.send(SCORE_SHARE, part.write(share(rows, masks.of(rows.size))), to=ctx.promoter)
    else:
        ctx.send(DECISIONS, part.write(rows), to=ctx.promoter)
    return {}
