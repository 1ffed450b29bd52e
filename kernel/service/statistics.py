"""Numbers that describe a data set's columns to its owner: they are made at import and never leave the member.

One column at a time is read, and in bounded memory; all numbers are exact.
"""

import itertools
import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kernel.data import Schema
from kernel.service.fingerprint import whole
from kernel.service.summaries import Dates, Numbers, Summary, Top
from kernel.service.tally import Tally

_FEW = 20
_TOP = 10


def statistics(parts: Sequence[Path], schema: Schema, scratch: Path) -> list[dict[str, Any]]:
    """Return, for each column in order, name, type, missing, distinct and what its type allows.

    Numbers have min, max, mean, sd, quantiles and a histogram; dates min, max and a histogram by time; texts and
    truth values their most frequent values. Of the id column only how many values are missing and distinct is told.

    Parameters
    ----------
    parts
        Parquet files with the columns of `schema`.
    scratch
        Folder for what does not fit into memory; nothing stays there.
    """
    about = []
    for column in schema.columns:
        told = column.name != schema.id_column and column.kind not in ("tensor", "file")
        with tempfile.TemporaryDirectory(dir=scratch, prefix=".tally-") as folder:
            seen = _Seen(column.kind if told else "", Tally(Path(folder)))
            for values in _values(parts, column.name):
                seen.add(values, counted=column.kind != "tensor")
            about.append({"name": column.name, "type": column.kind, **seen.about()})
    return about


def _values(parts: Sequence[Path], name: str) -> Iterator[pa.Array]:
    for part in parts:
        with pq.ParquetFile(part, buffer_size=1 << 20, pre_buffer=False) as file:
            for batch in file.iter_batches(columns=[name], use_threads=False):
                yield batch.column(0)


class _Seen:
    """What has been seen of a column; of a kind that is not told only how many values are missing and distinct."""

    def __init__(self, kind: str, tally: Tally) -> None:
        self._kind, self._tally = kind, tally
        self._summary: Summary = {"int": Numbers, "float": Numbers, "date": Dates}.get(kind, Summary)()
        self._missing = self._present = self._not_numbers = 0
        self._type = pa.null()

    def add(self, values: pa.Array, *, counted: bool) -> None:
        """Take some values."""
        self._missing += values.null_count
        self._type = values.type
        if not counted:
            return
        present = values.drop_null()
        kept = _sortable(present)
        self._present += len(present)
        self._not_numbers += len(present) - len(kept)
        self._tally.add(kept)
        self._summary.first(kept)

    def about(self) -> dict[str, Any]:
        """Return the column's numbers."""
        distinct, top = 0, Top(_TOP if self._listed else _FEW)
        blocks: Iterable[tuple[pa.ChunkedArray, pa.ChunkedArray]] = (
            (_typed(block.column("value"), self._type), block.column("count")) for block in self._tally.blocks()
        )
        if self._not_numbers:
            last = pa.chunked_array([pa.array([math.nan])]), pa.chunked_array([pa.array([self._not_numbers])])
            blocks = itertools.chain(blocks, [last])
        for values, counts in blocks:
            distinct += len(values)
            if self._kind:
                top.see(values, counts)
                self._summary.see(values, counts.to_numpy())
        about: dict[str, Any] = {"missing": self._missing, "distinct": distinct}
        if not self._kind or not self._present:
            return about
        about |= self._summary.told()
        if self._listed or distinct <= _FEW:
            about["top"] = top.told(_TOP)
        return about | {"constant": distinct == 1 and not self._missing}

    @property
    def _listed(self) -> bool:
        return self._kind in ("string", "bool")


def _sortable(present: pa.Array) -> pa.Array:
    """Return values with an order: NaN has none, and both zeros are one."""
    if pa.types.is_floating(present.type):
        values = pc.cast(present, pa.float64())
        return pc.add(pc.filter(values, pc.invert(pc.is_nan(values))), 0.0)
    if pa.types.is_temporal(present.type):
        return whole(present)
    return present


def _typed(values: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    """Take `_sortable` back."""
    if pa.types.is_temporal(type_):
        return pa.chunked_array([chunk.view(type_) for chunk in values.chunks], type_)
    return values
