"""Ids of a data set's rows under a key rule."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from fusion.domain.key_rule import KeyRule


@dataclass(frozen=True, slots=True)
class Ids:
    """Distinct ids in the order of their first row, and each row's place among them (-1: no id)."""

    ids: tuple[str, ...]
    places: tuple[int, ...]
    without_id: int

    @property
    def duplicates(self) -> int:
        """Rows beyond the first of their id."""
        return len(self.places) - self.without_id - len(self.ids)


def read_ids(path: Path, columns: Sequence[str], rule: KeyRule) -> Ids:
    """Read the ids of a data set."""
    places: dict[str, int] = {}
    row_places = tuple(places.setdefault(key, len(places)) if key else -1 for key in _keys(path, columns, rule))
    return Ids(tuple(places), row_places, row_places.count(-1))


def _keys(path: Path, columns: Sequence[str], rule: KeyRule) -> Iterator[str]:
    with pa.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=list(columns)):
            values = [[_text(value) for value in batch.column(name).to_pylist()] for name in columns]
            for row in zip(*values, strict=True):
                yield rule.key(row)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    # A column of whole numbers with gaps is often stored as floats.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def write_rows(path: Path, ids: Ids, common: set[int], target: Path) -> None:
    """Write the rows whose id is among the common ones, as a whole or not at all."""
    part = target.with_suffix(".part")
    start = 0
    with pa.parquet.ParquetFile(path) as file, pa.parquet.ParquetWriter(part, file.schema_arrow) as writer:
        for batch in file.iter_batches():
            mask = pa.array([place in common for place in ids.places[start : start + batch.num_rows]], pa.bool_())
            start += batch.num_rows
            writer.write_batch(batch.filter(mask))
    part.replace(target)
