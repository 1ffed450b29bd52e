"""Preprocessing steps as data, applied to columns of numpy arrays.

Steps: {"kind": "fill_missing", "values": {column: value}}, {"kind": "one_hot", "column": name, "categories": [text,
…]}, {"kind": "standardise", "columns": [name, …], "mean": [number, …], "std": [number, …]}.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload, UnknownColumn

Columns = dict[str, npt.NDArray[Any]]
Step = Mapping[str, Any]


def columns_of_rows(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> Columns:
    """Turn rows into columns; an absent value is missing."""
    return {name: np.array([row.get(name) for row in rows], dtype=object) for name in names}


def transform(columns: Columns, steps: Iterable[Step]) -> Columns:
    """Apply steps in order.

    Raises
    ------
    UnknownColumn
        A step's column is absent.
    """
    columns = dict(columns)
    for step in steps:
        missing = [name for name in inputs(step) if name not in columns]
        if missing:
            raise UnknownColumn(f"{step['kind']} needs the columns {', '.join(missing)}")
        match step["kind"]:
            case "standardise":
                for name, mean, std in zip(step["columns"], step["mean"], step["std"], strict=True):
                    columns[name] = (numbers(columns[name]) - mean) / std
            case "fill_missing":
                for name, value in step["values"].items():
                    columns[name] = _fill(columns[name], value)
            case "one_hot":
                columns = _one_hot(columns, step)
            case kind:
                raise BadPayload(f"no preprocessing step of kind {kind!r}")
    return columns


def inputs(step: Step) -> list[str]:
    """Columns that a step reads."""
    if step["kind"] == "one_hot":
        return [step["column"]]
    return list(step["values"] if step["kind"] == "fill_missing" else step["columns"])


def prune(steps: Sequence[Step], columns: Iterable[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Keep what leads to the wanted columns; returns the steps and the raw columns that they start from, in order."""
    wanted = list(columns)
    kept: list[dict[str, Any]] = []
    for step in reversed(steps):
        if step["kind"] == "one_hot":
            made = set(one_hot_names(step))
            if made & set(wanted):
                first = next(index for index, name in enumerate(wanted) if name in made)
                wanted = [*(n for n in wanted[:first]), step["column"], *(n for n in wanted[first:] if n not in made)]
                kept.append(dict(step))
        elif step["kind"] == "fill_missing":
            values = {name: value for name, value in step["values"].items() if name in wanted}
            kept += [{"kind": "fill_missing", "values": values}] if values else []
        else:
            rows = [row for row in zip(step["columns"], step["mean"], step["std"], strict=True) if row[0] in wanted]
            if rows:
                names, means, stds = zip(*rows, strict=True)
                kept.append({"kind": "standardise", "columns": list(names), "mean": list(means), "std": list(stds)})
    return kept[::-1], wanted


def numbers(column: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Turn a column into floats; missing becomes NaN."""
    if column.dtype == object:
        return np.array([math.nan if value is None else float(value) for value in column.tolist()])
    return column.astype(np.float64)


def category(value: Any) -> str | None:
    """Text of a category: whole numbers without a point, so that 2 and 2.0 are one; None when missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def one_hot_names(step: Step) -> list[str]:
    """Names of the columns that a one_hot step makes."""
    return [f"{step['column']}={text}" for text in step["categories"]]


def _fill(column: npt.NDArray[Any], value: float | str) -> npt.NDArray[Any]:
    if isinstance(value, str):
        return np.array([value if cell is None else cell for cell in column.tolist()], dtype=object)
    filled = numbers(column)
    return np.where(np.isfinite(filled), filled, value)


def _one_hot(columns: Columns, step: Step) -> Columns:
    texts = np.array([category(value) or "" for value in columns[step["column"]].tolist()], dtype=object)
    made = dict(
        zip(one_hot_names(step), [(texts == text).astype(np.float64) for text in step["categories"]], strict=True)
    )
    out: Columns = {}
    for name, column in columns.items():
        if name == step["column"]:
            out |= made
        else:
            out[name] = column
    return out
