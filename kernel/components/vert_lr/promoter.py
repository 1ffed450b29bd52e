"""The promoter: holds the label, the intercept and the curve of the objective."""

import math

import numpy as np
import numpy.typing as npt

from kernel.components.vert_lr.spec import OwnParams, Params, problem
from kernel.core import Context, Model, Outputs
from kernel.core.errors import BadLabel
from kernel.crypto import paillier
from kernel.data.engine import Table
from kernel.protocol.linear import part
from kernel.protocol.linear.setup import KeyMaker

Floats = npt.NDArray[np.float64]


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    label = _binary_label(table)
    part.checked_features(table, columns)
    blocks = part.with_target(table, columns, label, part.Target(0.5, 0.5))
    trained = part.train(ctx, params.key_bits, blocks, len(columns) + 1, problem(ctx, params), make_key)
    *slopes, intercept = trained.weights.tolist()
    part.report_curve(ctx, math.log(2), trained.losses)
    part.report(ctx, columns, slopes, intercept)
    content = part.content(ctx, columns, slopes) | {"intercept": intercept, "label": label}
    return {"model": Model("vert_lr", content)}


def _binary_label(table: Table) -> str:
    name = part.checked_label(table)
    values = {value for found in table.blocks((name,)).run(_values) for value in found}
    if values != {0.0, 1.0}:
        shown = ", ".join(f"{value:g}" for value in sorted(values)[:5])
        raise BadLabel(f"the label {name} has the values {shown}; 0 and 1 are needed")
    return name


def _values(block: Floats, _: None) -> list[float]:
    return [float(value) for value in np.unique(block)[:5]]
