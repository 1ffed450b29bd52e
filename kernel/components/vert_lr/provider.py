"""A provider: trains its own weights without seeing a label, a score or a gradient."""

from kernel.components.vert_lr import shared
from kernel.components.vert_lr.spec import OwnParams, Params
from kernel.core import Context, Outputs
from kernel.crypto import paillier
from kernel.protocol.linear.setup import KeyMaker


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    blocks = shared.checked_features(table, columns)
    weights, _ = shared.train(ctx, params, own, blocks, columns, None, make_key)
    shown = [[name, round(w, 6)] for name, w in zip(columns, weights, strict=True)]
    ctx.tracker.block("table", "Own weights", {"columns": ["column", "weight"], "rows": shown})
    return {"model": shared.model(ctx, columns, weights, None)}
