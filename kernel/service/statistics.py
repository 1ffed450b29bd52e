"""Numbers that describe a data set's columns to its owner: they are made at import and never leave the member."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kernel.data import Schema

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_BINS = 20
_TOP = 10
_LONGEST = 100


def statistics(table: pa.Table, schema: Schema) -> list[dict[str, Any]]:
    """Return, for each column in order, name, type, missing, distinct and what its type allows.

    Numbers have min, max, mean, sd, quantiles and a histogram; dates min, max and a histogram by time; texts and
    truth values their most frequent values. Of the id column only how many values are missing and distinct is told.
    """
    return [_column(table.column(column.name), column.name, column.kind, schema) for column in schema.columns]


def _column(values: pa.ChunkedArray, name: str, kind: str, schema: Schema) -> dict[str, Any]:
    about: dict[str, Any] = {"name": name, "type": kind, "missing": values.null_count}
    if kind in ("tensor", "file"):
        return about | {"distinct": 0}
    present = values.drop_null()
    about["distinct"] = pc.count_distinct(present).as_py() if len(present) else 0
    if name == schema.id_column or not len(present):
        return about
    if kind in ("int", "float"):
        about |= _numbers(present)
    elif kind == "date":
        about |= _dates(present)
    if kind in ("string", "bool") or about["distinct"] <= _BINS:
        about["top"] = _top(present)
    about["constant"] = about["distinct"] == 1 and not values.null_count
    return about


def _numbers(present: pa.ChunkedArray) -> dict[str, Any]:
    values = pc.cast(present, pa.float64()).to_numpy()
    finite = values[np.isfinite(values)]
    if not finite.size:
        return {}
    quantiles = np.quantile(finite, _QUANTILES)
    return {
        "min": float(finite.min()),
        "max": float(finite.max()),
        "mean": float(finite.mean()),
        "sd": float(finite.std(ddof=1)) if finite.size > 1 else 0.0,
        "quantiles": [[share, float(value)] for share, value in zip(_QUANTILES, quantiles, strict=True)],
        "histogram": _histogram(finite),
    }


def _dates(present: pa.ChunkedArray) -> dict[str, Any]:
    seconds = pc.cast(pc.cast(present, pa.timestamp("s"), safe=False), pa.int64()).to_numpy().astype(np.float64)
    ends = pc.min_max(present).as_py()
    return {"min": str(ends["min"]), "max": str(ends["max"]), "histogram": _histogram(seconds)}


def _histogram(values: "np.ndarray[Any, np.dtype[np.float64]]") -> dict[str, Any]:
    distinct = np.unique(values)
    if distinct.size <= _BINS:
        counts = np.searchsorted(np.sort(values), distinct, side="right")
        return {"values": distinct.tolist(), "counts": np.diff(counts, prepend=0).tolist()}
    counts, edges = np.histogram(values, bins=_BINS)
    return {"edges": edges.tolist(), "counts": counts.tolist()}


def _top(present: pa.ChunkedArray) -> list[list[Any]]:
    counted = pc.value_counts(present).to_pylist()
    counted.sort(key=lambda pair: (-pair["counts"], str(pair["values"])))
    return [[str(pair["values"])[:_LONGEST], pair["counts"]] for pair in counted[:_TOP]]
