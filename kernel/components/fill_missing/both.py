"""Every role fills its own columns."""

from typing import Any

import numpy as np

from kernel.components.fill_missing.reference import stand_in
from kernel.components.fill_missing.spec import OwnParams
from kernel.core import Context, Model, Outputs
from kernel.core.errors import MissingValues, TooFewRows, UnknownColumn
from kernel.data import Table
from kernel.data.schema import NUMERIC
from kernel.ml.scoring.arrow import apply


def run(ctx: Context, params: Any, own: OwnParams) -> Outputs:
    """Fit on the training rows, apply to both tables."""
    del params
    table: Table = ctx.inputs["train"]
    if not table.n_rows:
        raise TooFewRows("there are no training rows")
    schema = table.schema
    names = own.columns or schema.features
    unknown = [name for name in own.strategies if name not in names]
    if unknown:
        raise UnknownColumn(f"strategies name {', '.join(unknown)}")
    values: dict[str, float | str] = {}
    rows, empty = [], []
    for name in names:
        if schema.kind(name) in NUMERIC:
            # One column at a time: an exact median needs its values together.
            column = table.blocks([name]).collect()[:, 0]
            strategy = own.strategies.get(name, own.strategy)
            present = column[np.isfinite(column)]
            if strategy != "constant" and not len(present):
                empty.append(name)
                continue
            values[name] = stand_in(present, strategy, own.value)
            rows.append([name, strategy, round(float(values[name]), 6), len(column) - len(present)])
        elif schema.kind(name) == "string":
            values[name] = own.text
            n_missing = sum(table.run(_nulls, [name] * len(table.sizes)))
            rows.append([name, "text", own.text, n_missing])
    if empty:
        raise MissingValues(
            f"no value at all in {', '.join(empty)}",
            hint="Leave these columns out or use the strategy constant.",
            public_detail=MissingValues.title,
        )
    step = {"kind": "fill_missing", "values": values}
    ctx.tracker.block("table", "Filled", {"columns": ["column", "strategy", "value", "missing in train"], "rows": rows})
    before = ctx.inputs.get("pipeline")
    outputs: dict[str, Any] = {
        "pipeline": Model("pipeline", {"steps": [*(before.content["steps"] if before else []), step]})
    }
    for port in ("train", "test"):
        if ctx.inputs.get(port) is not None:
            outputs[port] = apply(ctx.inputs[port], [step])
    return outputs


def _nulls(part: Any, name: str) -> int:
    return int(part.column(name).null_count)
