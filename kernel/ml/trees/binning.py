"""Bins of one party's columns: a column becomes small codes, and a split is a set of codes that go left.

A column of numbers has codes 0 … nb-1 for the bins between its cuts and nb for missing values. A column of text has
codes 0 … nc-1 for its nc most frequent categories, nc for all others, which always go right, and nc+1 for missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kernel.core.errors import OutOfRange
from kernel.data import partition
from kernel.data.engine import Blocks, Table
from kernel.data.schema import Column

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
_SKETCH = 2048  # different values of a partition that are told exactly; of more, as many evenly spaced in rank
MOST_BINS = 255  # and one code for missing values: 256 fit a byte


@dataclass(frozen=True)
class ColumnBins:
    """How one column is coded.

    Parameters
    ----------
    cuts
        Of numbers: value ≤ cuts[b] has a code ≤ b.
    categories
        Of text, the most frequent first.
    counts
        Training rows of each code; beyond 2,048 different values in a partition near enough.
    """

    name: str
    kind: str  # "number" or "category"
    cuts: tuple[float, ...]
    categories: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def n_codes(self) -> int:
        """All codes, that of missing values last."""
        return len(self.counts)

    @property
    def has_missing(self) -> bool:
        """Whether a training row lacks the value."""
        return self.counts[-1] > 0

    def codes(self, part: pa.Table) -> Codes:
        """Code a partition's rows."""
        if self.kind == "number":
            values = partition.matrix(part, (self.name,), "float64")[:, 0]
            found = np.searchsorted(np.array(self.cuts), values, side="left")
            return np.where(np.isnan(values), len(self.cuts) + 1, found).astype(np.uint8)
        column = part.column(self.name).combine_chunks().cast(pa.string())
        place = pc.fill_null(pc.index_in(column, pa.array(self.categories, pa.string())), len(self.categories))
        missing = column.is_null().to_numpy(zero_copy_only=False)
        return np.where(missing, len(self.categories) + 1, place.to_numpy(zero_copy_only=False)).astype(np.uint8)


def learn(table: Table, columns: Sequence[str], max_bin: int) -> list[ColumnBins]:
    """Find each column's bins from the rows of all partitions.

    Raises
    ------
    OutOfRange
        A column has infinite values; its name is in the detail.
    """
    kinds = ["category" if table.schema.kind(name) == "string" else "number" for name in columns]
    asked = list(zip(columns, kinds, strict=True))
    found = zip(*table.run(_summaries, [asked] * len(table.sizes)), strict=True)
    return [
        (_numbers if kind == "number" else _categories)(name, list(parts), max_bin)
        for (name, kind), parts in zip(asked, found, strict=True)
    ]


def code(table: Table, bins: Sequence[ColumnBins]) -> Blocks:
    """Make the matrix of codes, one byte each."""
    schema = table.schema
    id_column = schema.id_column

    def coded(part: pa.Table) -> pa.Table:
        return pa.table({id_column: part.column(id_column)} | {c.name: pa.array(c.codes(part)) for c in bins})

    named = (Column(id_column, "string"), *(Column(column.name, "int") for column in bins))
    return table.map(coded, schema.with_columns(named)).blocks([column.name for column in bins], "uint8")


Summary = tuple[npt.NDArray[np.generic], npt.NDArray[np.int64], int]  # different values, rows of each, rows without


def _summaries(part: pa.Table, asked: list[tuple[str, str]]) -> list[Summary]:
    return [_of_numbers(part, name) if kind == "number" else _of_text(part, name) for name, kind in asked]


def _of_numbers(part: pa.Table, name: str) -> Summary:
    values = partition.matrix(part, (name,), "float64")[:, 0]
    present = values[~np.isnan(values)]
    if np.any(np.isinf(present)):
        raise OutOfRange(
            f"the column {name} has infinite values",
            hint="Leave the column out, or replace them by missing values.",
            public_detail="A column has infinite values.",
        )
    different, counts = np.unique(present, return_counts=True)
    if len(different) > _SKETCH:
        ends = np.cumsum(counts)
        at = np.unique(np.searchsorted(ends, np.linspace(1, ends[-1], _SKETCH)))
        different, counts = different[at], np.diff(ends[at], prepend=0)
    return different, counts.astype(np.int64), len(values) - len(present)


def _of_text(part: pa.Table, name: str) -> Summary:
    column = part.column(name).combine_chunks().cast(pa.string())
    counted = column.drop_null().value_counts()
    # As objects: an array of fixed width gives every text the room of the longest, and loses a text's last zeros.
    values = np.array(counted.field(0).to_pylist(), dtype=object)
    return values, np.asarray(counted.field(1).to_numpy(), dtype=np.int64), column.null_count


def _merge(parts: list[Summary]) -> Summary:
    values, place = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    weights = np.concatenate([part[1] for part in parts])
    counts = np.bincount(place, weights=weights, minlength=len(values)).astype(np.int64)
    return values, counts, sum(part[2] for part in parts)


def _numbers(name: str, parts: list[Summary], max_bin: int) -> ColumnBins:
    values, counts, missing = _merge(parts)
    ends = np.arange(len(values))
    if len(values) > max_bin:
        total = np.cumsum(counts)
        ends = np.unique(np.searchsorted(total, total[-1] * np.arange(1, max_bin) / max_bin))
    ends = ends[ends < len(values) - 1]
    cuts = _between(values[ends].astype(np.float64), values[ends + 1].astype(np.float64))
    rows = np.bincount(np.searchsorted(cuts, values), weights=counts, minlength=len(cuts) + 1)
    return ColumnBins(name, "number", tuple(cuts.tolist()), (), (*rows.astype(int).tolist(), missing))


def _between(low: Floats, high: Floats) -> Floats:
    """Half-way, or `low` where the two are too near for anything in between."""
    middle = np.maximum(low / 2 + high / 2, low)
    return np.where(middle < high, middle, low)


def _categories(name: str, parts: list[Summary], max_bin: int) -> ColumnBins:
    values, counts, missing = _merge(parts)
    order = np.argsort(-counts, kind="stable")
    kept, rest = order[: max_bin - 1], order[max_bin - 1 :]
    rows = (*counts[kept].tolist(), int(counts[rest].sum()), missing)
    return ColumnBins(name, "category", (), tuple(str(value) for value in values[kept].tolist()), rows)
