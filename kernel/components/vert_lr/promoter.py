"""The promoter: holds the label, the intercept and the curve of the objective."""

import numpy as np
import numpy.typing as npt

from kernel.components.vert_lr import shared
from kernel.components.vert_lr.spec import OwnParams, Params
from kernel.core import Context, Outputs
from kernel.crypto import paillier
from kernel.protocol.linear.setup import KeyMaker

Floats = npt.NDArray[np.float64]


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    label = shared.checked_label(table)
    shared.checked_features(table, columns)
    # One matrix holds features, the constant 1 and 2 - 4y, so that a partition is visited once per product.
    blocks = table.blocks((*columns, table.schema.label_column)).map(_with_constant)
    weights, losses = shared.train(ctx, params, own, blocks, columns, label, make_key)
    *slopes, intercept = weights
    ctx.tracker.metric("objective", losses[-1])
    ctx.tracker.block(
        "curve",
        "Objective",
        {
            "x": {"name": "iteration", "values": list(range(len(losses)))},
            "series": [{"name": "objective", "values": losses}],
        },
    )
    shown = [
        ["intercept", round(intercept, 6)],
        *([name, round(w, 6)] for name, w in zip(columns, slopes, strict=True)),
    ]
    ctx.tracker.block("table", "Own weights", {"columns": ["column", "weight"], "rows": shown})
    return {"model": shared.model(ctx, columns, slopes, intercept)}


def _with_constant(block: Floats) -> Floats:
    return np.hstack([block[:, :-1], np.ones((len(block), 1)), 2 - 4 * block[:, -1:]])
