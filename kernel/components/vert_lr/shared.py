"""What both halves do before and after training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.components.vert_lr.spec import OwnParams, Params
from kernel.core import Context, Model, Role
from kernel.core.errors import BadLabel, ConstantColumns, MissingValues, TooFewRows
from kernel.crypto.prg import Stream
from kernel.data.engine import Blocks, Table
from kernel.ml.linear import chebyshev
from kernel.ml.scoring import prune
from kernel.ml.summary import summarise
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Matrix
from kernel.protocol.linear.plan import Plan
from kernel.protocol.linear.setup import KeyMaker, agree
from kernel.protocol.linear.training import Trainer, label_columns

Floats = npt.NDArray[np.float64]
_MIN_ROWS = 10


def checked_features(table: Table, columns: Sequence[str]) -> Blocks:
    """Features as blocks.

    Raises
    ------
    TooFewRows, MissingValues, ConstantColumns
        With the names of the columns.
    """
    if table.n_rows < _MIN_ROWS:
        raise TooFewRows(f"{table.n_rows} rows; vert_lr needs {_MIN_ROWS} or more")
    blocks = table.blocks(columns)
    summary = summarise(blocks)
    for error, wrong in ((MissingValues, summary.n_missing > 0), (ConstantColumns, summary.std == 0)):
        if np.any(wrong):
            names = [name for name, bad in zip(columns, wrong.tolist(), strict=True) if bad]
            raise error(", ".join(names), public_detail=error.title)
    return blocks


def checked_label(table: Table) -> Floats:
    """Labels of all rows.

    Raises
    ------
    BadLabel
        None, missing values, not zeros and ones, or one class only.
    """
    name = table.schema.label_column
    if not name:
        raise BadLabel("the promoter's table has no label column")
    if table.schema.kind(name) not in {"int", "float", "bool"}:
        raise BadLabel(f"the label {name} is not a number")
    label = np.concatenate(table.run(_label, [name] * len(table.sizes)))
    values = set(np.unique(label).tolist())
    if values != {0.0, 1.0}:
        shown = ", ".join(f"{value:g}" for value in sorted(values)[:5])
        raise BadLabel(f"the label {name} has the values {shown}; 0 and 1 are needed")
    return np.asarray(label, dtype=np.float64)


def _label(part: Any, name: str) -> Floats:
    column = part.column(name)
    if column.null_count:
        return np.array([np.nan])
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def train(
    ctx: Context,
    params: Params,
    own: OwnParams,
    blocks: Blocks,
    columns: Sequence[str],
    label: Floats | None,
    make_key: KeyMaker,
) -> tuple[list[float], list[float]]:
    """Run the protocol; returns own weights (the promoter's end with the intercept) and the promoter's curve."""
    del own
    with ctx.step("making a key", 0.0):
        key = make_key(params.key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    n_weights = len(columns) + (label is not None)
    with ctx.step("agreeing with the partners", 0.02):
        setup = agree(ctx, key, ctx.inputs["train"].ids().tolist(), n_weights)
    plan = Plan(params.l2, chebyshev(params.iterations, params.coupling, float(len(ctx.parties))), label is not None)
    trainer = Trainer(ctx, setup, Matrix.encode(blocks, n_weights), plan, [] if label is None else label_columns(label))
    return trainer.run(), trainer.state.losses


def model(ctx: Context, columns: Sequence[str], weights: Sequence[float], intercept: float | None) -> Model:
    """Our part of the model."""
    pipeline = ctx.inputs.get("pipeline")
    content: dict[str, Any] = {
        "role": str(ctx.role),
        "members": [ctx.promoter.member, *(party.member for party in ctx.providers)],
        "columns": list(columns),
        "weights": list(weights),
        "frac_bits": scales.FRAC_WEIGHT,
        "pipeline": prune(pipeline.content["steps"], columns)[0] if pipeline is not None else [],
    }
    if ctx.role is Role.PROMOTER:
        content["intercept"] = intercept
        content["label"] = ctx.inputs["train"].schema.label_column
    return Model("vert_lr", content)
