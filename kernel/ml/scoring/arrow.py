"""Pipelines over tables: the same steps, partition by partition."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kernel.data.engine import Table
from kernel.data.schema import Column, Schema
from kernel.ml.scoring.pipeline import Columns, Step, inputs, one_hot_names, transform


def columns_of(part: pa.Table, names: Sequence[str]) -> Columns:
    """Columns of a partition: floats where Arrow has numbers, otherwise objects with None."""
    out: Columns = {}
    for name in names:
        column = part.column(name)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type):
            out[name] = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        else:
            out[name] = np.array(column.to_pylist(), dtype=object)
    return out


def apply(table: Table, steps: Sequence[Step]) -> Table:
    """Apply steps to a table; other columns stay as they are.

    Raises
    ------
    UnknownColumn
        A step's column is absent.
    """
    schema = table.schema
    for step in steps:
        for name in inputs(step):
            schema.kind(name)
        schema = _schema_after(schema, step)
    return table.map(functools.partial(_apply_part, steps=list(steps)), schema)


def _schema_after(schema: Schema, step: Step) -> Schema:
    columns: list[Column] = []
    for column in schema.columns:
        if step["kind"] == "one_hot" and column.name == step["column"]:
            columns += [Column(name, "float") for name in one_hot_names(step)]
        elif column.name in inputs(step):
            text = step["kind"] == "fill_missing" and isinstance(step["values"][column.name], str)
            columns.append(column if text else Column(column.name, "float"))
        else:
            columns.append(column)
    return schema.with_columns(tuple(columns))


def _apply_part(part: pa.Table, steps: Sequence[Step]) -> pa.Table:
    for step in steps:
        names = inputs(step)
        done = transform(columns_of(part, names), [step])
        fields: dict[str, Any] = {}
        for name in part.column_names:
            if name not in names:
                fields[name] = part.column(name)
            elif step["kind"] == "one_hot":
                fields |= {new: pa.array(column, pa.float64()) for new, column in done.items()}
            else:
                column = done[name]
                fields[name] = pa.array(column, pa.float64() if column.dtype != object else pa.string())
        part = pa.table(fields)
    return part
