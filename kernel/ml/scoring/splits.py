"""One member's own splits of a tree model: which side each row falls on, for every split at once.

A split as a model's content has it: {"column": name, "kind": "number", "threshold": t, "missing_left": bool} sends a
row left when its value is at most t; {"column": name, "kind": "category", "categories": [text, …], "missing_left":
bool} when its value, as text, is one of them. What is missing goes left where `missing_left` says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.core.errors import BadPayload, UnknownColumn
from kernel.ml.scoring.pipeline import Columns, category, numbers

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Thresholds:
    """The numeric splits of one column."""

    column: str
    places: npt.NDArray[np.int64]  # their numbers
    thresholds: npt.NDArray[np.float64]
    missing_left: Bools


@dataclass(frozen=True, slots=True)
class _Category:
    """A split by category."""

    column: str
    place: int
    left: tuple[str, ...]
    missing_left: bool


@dataclass(frozen=True, slots=True)
class Splits:
    """A member's splits, read from its part of a model."""

    count: int
    thresholds: tuple[_Thresholds, ...]
    categories: tuple[_Category, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Splits":
        """Read the splits of a content.

        Raises
        ------
        BadPayload
            A split of another form, or over a column that is none of the model's.
        """
        by_column: dict[str, list[tuple[int, float, bool]]] = {}
        categories: list[_Category] = []
        for place, split in enumerate(content["splits"]):
            name, kind = str(split["column"]), split["kind"]
            if name not in content["columns"]:
                raise BadPayload(f"split {place} is over {name!r}, which is no column of the model")
            if kind == "number" and math.isfinite(split["threshold"]):
                by_column.setdefault(name, []).append((place, float(split["threshold"]), bool(split["missing_left"])))
            elif kind == "category" and all(isinstance(text, str) for text in split["categories"]):
                categories.append(_Category(name, place, tuple(split["categories"]), bool(split["missing_left"])))
            else:
                raise BadPayload(f"split {place} is none that this version knows: {kind!r}")
        thresholds = []
        for name, found in by_column.items():
            places, values, missing = zip(*found, strict=True)
            thresholds.append(_Thresholds(name, np.array(places), np.array(values), np.array(missing)))
        return cls(len(content["splits"]), tuple(thresholds), tuple(categories))

    @property
    def text_columns(self) -> set[str]:
        """Columns that are split by category, so that any text will do."""
        return {split.column for split in self.categories} - {group.column for group in self.thresholds}


def decide(splits: Splits, columns: Columns, n_rows: int) -> Bools:
    """Evaluate all splits for all rows.

    Parameters
    ----------
    columns
        The model's own columns, after the pipeline, of `n_rows` values each.

    Returns
    -------
    array of bool, shape (n_rows, splits.count)
        True where the row goes left.

    Raises
    ------
    UnknownColumn
        With the names of the columns that are not there.
    """
    wanted = dict.fromkeys([*(group.column for group in splits.thresholds), *(one.column for one in splits.categories)])
    absent = [name for name in wanted if name not in columns]
    if absent:
        raise UnknownColumn(f"the model needs the columns {', '.join(absent)}")
    left = np.zeros((splits.count, n_rows), dtype=np.bool_)  # a split's rows lie together, as they are written
    for group in splits.thresholds:
        values = numbers(columns[group.column])
        sides = values <= group.thresholds[:, None]
        sides[:, np.isnan(values)] = group.missing_left[:, None]
        left[group.places] = sides
    coded = {name: _coded(columns[name]) for name in {split.column for split in splits.categories}}
    for split in splits.categories:
        codes, texts = coded[split.column]
        wanted_left = set(split.left)
        # The last place answers for what is missing, whose code is -1.
        answers = np.array([*(text in wanted_left for text in texts), split.missing_left])
        left[split.place] = answers[codes]
    return left.T


def _coded(column: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], Sequence[str]]:
    """Turn values into codes (-1: missing) and the texts that these stand for."""
    try:
        texts = pa.array(column, pa.string(), from_pandas=True)
    except pa.ArrowException:  # numbers, or of several kinds
        texts = pa.array([category(value) for value in column.tolist()], pa.string())
    encoded = texts.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), encoded.dictionary.to_pylist()
