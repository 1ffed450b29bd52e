"""Every role scales its own columns."""

import functools
from typing import Any

import pyarrow as pa

from kernel.components.standardise.spec import OwnParams
from kernel.core import Context, Model, Outputs
from kernel.core.errors import ConstantColumns, MissingValues, TooFewRows
from kernel.data import Table
from kernel.ml.scoring.arrow import apply
from kernel.ml.summary import summarise


def run(ctx: Context, params: Any, own: OwnParams) -> Outputs:
    """Fit on the training rows, apply to both tables."""
    del params
    table: Table = ctx.inputs["train"]
    if not table.n_rows:
        raise TooFewRows("there are no training rows")
    names = table.schema.numeric_features(own.columns)
    summary = summarise(table.blocks(names))
    incomplete = [name for name, n in zip(names, summary.n_missing.tolist(), strict=True) if n]
    if incomplete:
        raise MissingValues(f"values are missing in: {', '.join(incomplete)}", public_detail=MissingValues.title)
    constant = [name for name, low, high in zip(names, summary.low, summary.high, strict=True) if low == high]
    if constant and not own.drop_constant:
        raise ConstantColumns(
            f"the same value in every row: {', '.join(constant)}", public_detail=ConstantColumns.title
        )
    rows = [
        row for row in zip(names, summary.mean.tolist(), summary.std.tolist(), strict=True) if row[0] not in constant
    ]
    step = {
        "kind": "standardise",
        "columns": [name for name, _, _ in rows],
        "mean": [mean for _, mean, _ in rows],
        "std": [std for _, _, std in rows],
    }
    before = ctx.inputs.get("pipeline")
    steps = [*(before.content["steps"] if before else []), step]
    shown = [[name, round(mean, 6), round(std, 6)] for name, mean, std in rows]
    ctx.tracker.block("table", "Scales", {"columns": ["column", "mean", "standard deviation"], "rows": shown})
    outputs: dict[str, Any] = {"pipeline": Model("pipeline", {"steps": steps})}
    for port in ("train", "test"):
        if ctx.inputs.get(port) is not None:
            outputs[port] = apply(_drop(ctx.inputs[port], constant), [step])
    return outputs


def _drop(table: Table, names: list[str]) -> Table:
    if not names:
        return table
    kept = tuple(column for column in table.schema.columns if column.name not in names)
    return table.map(
        functools.partial(_select, names=[column.name for column in kept]), table.schema.with_columns(kept)
    )


def _select(part: pa.Table, names: list[str]) -> pa.Table:
    return part.select(names)
