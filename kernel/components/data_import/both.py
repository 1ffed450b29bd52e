"""Every role reads its own data set."""

import functools
from typing import Any

import pyarrow as pa

from kernel.components.data_import.spec import OwnParams
from kernel.core import Context, Outputs
from kernel.core.errors import DuplicateIds, TooFewRows
from kernel.data import Schema, Table


def run(ctx: Context, params: Any, own: OwnParams) -> Outputs:
    """Check the ids and keep the chosen columns."""
    del params
    table: Table = ctx.inputs["data_set"]
    if not table.n_rows:
        raise TooFewRows("the data set has no rows")
    ids = table.ids().tolist()
    n_empty, n_repeated = ids.count(""), len(ids) - len(set(ids))
    if n_empty or n_repeated:
        raise DuplicateIds(f"{n_repeated} repeated and {n_empty} empty ids among {len(ids)} rows")
    table = _choose(table, own)
    schema = table.schema
    ctx.tracker.metric("rows", table.n_rows)
    ctx.tracker.metric("columns", len(schema.features))
    rows = [[column.name, column.kind, _use(schema, column.name)] for column in schema.columns]
    ctx.tracker.block("table", "Columns", {"columns": ["column", "kind", "use"], "rows": rows})
    return {"table": table}


def _choose(table: Table, own: OwnParams) -> Table:
    schema = table.schema
    label = own.label or schema.label_column
    features = own.columns or tuple(name for name in schema.names if name not in {schema.id_column, label})
    names = tuple(dict.fromkeys([schema.id_column, *features, *([label] if label else [])]))
    chosen = Schema(
        tuple(column for name in names for column in schema.columns if column.name == name), schema.id_column, label
    )
    for name in names:
        schema.kind(name)
    return table if chosen == schema else table.map(functools.partial(_select, names=list(names)), chosen)


def _select(part: pa.Table, names: list[str]) -> pa.Table:
    return part.select(names)


def _use(schema: Schema, name: str) -> str:
    return {schema.id_column: "id", schema.label_column: "label"}.get(name, "feature")
