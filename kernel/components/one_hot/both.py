"""Every role encodes its own columns."""

from typing import Any

from kernel.components.one_hot.reference import categories
from kernel.components.one_hot.spec import OwnParams
from kernel.core import Context, Model, Outputs
from kernel.core.errors import BadParameters, ConstantColumns, MissingValues, TooFewRows
from kernel.data import Table
from kernel.ml.scoring.arrow import apply, columns_of
from kernel.ml.scoring.pipeline import category


def run(ctx: Context, params: Any, own: OwnParams) -> Outputs:
    """Find the categories in the training rows, apply to both tables."""
    del params
    table: Table = ctx.inputs["train"]
    if not table.n_rows:
        raise TooFewRows("there are no training rows")
    schema = table.schema
    names = own.columns or tuple(name for name in schema.features if schema.kind(name) == "string")
    steps, rows = [], []
    for name in names:
        schema.kind(name)
        texts = [text for part in table.run(_texts, [name] * len(table.sizes)) for text in part]
        if None in texts:
            raise MissingValues(f"values are missing in: {name}", public_detail=MissingValues.title)
        found = categories([text for text in texts if text is not None])
        if len(found) > own.max_categories:
            raise BadParameters(
                f"{name} has {len(found)} different values, more than max_categories",
                hint="Leave the column out or raise max_categories.",
                public_detail="A column has too many different values.",
            )
        kept = found[1:] if own.drop_first else found
        if not kept:
            raise ConstantColumns(f"the same value in every row: {name}", public_detail=ConstantColumns.title)
        steps.append({"kind": "one_hot", "column": name, "categories": kept})
        rows.append([name, len(found), ", ".join(kept[:10])])
    ctx.tracker.block("table", "Categories", {"columns": ["column", "categories", "first of them"], "rows": rows})
    before = ctx.inputs.get("pipeline")
    outputs: dict[str, Any] = {
        "pipeline": Model("pipeline", {"steps": [*(before.content["steps"] if before else []), *steps]})
    }
    for port in ("train", "test"):
        if ctx.inputs.get(port) is not None:
            outputs[port] = apply(ctx.inputs[port], steps)
    return outputs


def _texts(part: Any, name: str) -> list[str | None]:
    """Different values of one partition, never its rows."""
    return list({category(value) for value in columns_of(part, [name])[name].tolist()})
