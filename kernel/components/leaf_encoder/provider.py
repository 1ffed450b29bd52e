"""A provider sends its decisions on every row; its table goes on as it is."""

import functools
from typing import Any

import numpy as np

from kernel.components.leaf_encoder.shared import tree_part
from kernel.components.leaf_encoder.spec import Params
from kernel.core import Context, Outputs
from kernel.protocol.scoring import tables
from kernel.protocol.scoring.messages import DECISIONS


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Decide own splits."""
    del own
    part, table = tree_part(ctx, params), ctx.inputs["table"]
    function = functools.partial(tables.own_rows, part=part, apply_pipeline=params.apply_pipeline)
    with ctx.step("own part", 0.2):
        ctx.send(DECISIONS, part.write(np.concatenate(table.run(function))), to=ctx.promoter)
    return {"table": table}
