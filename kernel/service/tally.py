"""Counts a column's equal values in bounded memory: what does not fit goes to disk in sorted runs, which are merged."""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROOM = 32 << 20  # bytes of values that are held
_AT_ONCE = 32  # runs that are merged together
_PIECE = 1 << 20  # bytes of a run that are read at a time


class Tally:
    """The values of one column, each with how often it came and, when rows are told, in which row it came first.

    Parameters
    ----------
    folder
        Takes the runs; whoever made it deletes it.
    """

    def __init__(self, folder: Path, room: int = _ROOM) -> None:
        self._folder, self._room = folder, room
        self._held: list[pa.Table] = []
        self._bytes, self._grouped = 0, 0
        self._runs: list[Path] = []

    def add(self, values: pa.Array, rows: pa.Array | None = None) -> None:
        """Take some values, none of them missing, none NaN."""
        if rows is None:
            counted = pc.value_counts(values)
            self._hold(pa.table({"value": counted.field("values"), "count": counted.field("counts")}))
        else:
            self._hold(pa.table({"value": values, "count": np.ones(len(values), np.int64), "first": rows}))

    def blocks(self) -> Iterator[pa.Table]:
        """Yield tables of value, count and perhaps first, each value once, in ascending order."""
        if not self._runs:
            if self._held:
                yield _grouped(pa.concat_tables(self._held))
            return
        self._spill()
        while len(self._runs) > _AT_ONCE:
            self._runs = [*self._runs[_AT_ONCE:], self._write(_merged(self._runs[:_AT_ONCE]))]
        yield from _merged(self._runs)

    def _hold(self, table: pa.Table) -> None:
        self._held.append(table)
        self._bytes += table.nbytes
        if self._bytes <= max(self._room, 2 * self._grouped):
            return
        self._held = [_grouped(pa.concat_tables(self._held))]
        self._bytes = self._grouped = self._held[0].nbytes
        if self._grouped > self._room // 2:  # equal values are few: grouping them again would free little
            self._spill()

    def _spill(self) -> None:
        if self._held:
            self._runs.append(self._write(iter([_grouped(pa.concat_tables(self._held))])))
        self._held, self._bytes, self._grouped = [], 0, 0

    def _write(self, tables: Iterator[pa.Table]) -> Path:
        path = self._folder / f"run-{secrets.token_hex(8)}"
        first = next(tables)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, first.schema) as writer:
            for table in (first, *tables):
                rows = max(1, table.num_rows * _PIECE // max(1, table.nbytes))
                writer.write_table(table, max_chunksize=rows)
        return path


def _grouped(table: pa.Table) -> pa.Table:
    """Sort by value, and make one row of each."""
    # Not by Arrow's hash grouping: it takes quadratic time for some numbers, such as quarters of whole ones.
    table = table.sort_by("value").combine_chunks()
    values = table.column("value")
    if len(values) < 2:  # noqa: PLR2004
        return table
    new = pc.not_equal(values.slice(1), values.slice(0, len(values) - 1)).to_numpy()
    starts = np.flatnonzero(np.concatenate([[True], new]))
    columns = {"value": values.take(starts), "count": np.add.reduceat(table.column("count").to_numpy(), starts)}
    if "first" in table.column_names:
        columns["first"] = np.minimum.reduceat(table.column("first").to_numpy(), starts)
    return pa.table(columns)


def _merged(runs: Sequence[Path]) -> Iterator[pa.Table]:
    """Merge sorted runs; they are deleted as they end. A value is never in two of the tables that are yielded."""
    heads = [head for head in map(_Head, runs) if head.rest.num_rows]
    while heads:
        limit = min(head.last for head in heads)
        below = pa.concat_tables([head.take(limit) for head in heads])
        yield _grouped(below)
        heads = [head for head in heads if head.rest.num_rows]


class _Head:
    """Where the reading of a run stands."""

    def __init__(self, path: Path) -> None:
        self._path, self._source = path, pa.OSFile(str(path), "rb")
        self._batches = iter(pa.ipc.open_stream(self._source))
        self.rest = pa.table({})  # without rows: the run has ended
        self._next()

    @property
    def last(self) -> Any:
        """The greatest value of what has been read."""
        return self.rest.column("value")[-1].as_py()

    def take(self, limit: object) -> pa.Table:
        """Take what is not greater; a run has each value once, so that what is not read yet is greater."""
        values = self.rest.column("value")
        taken = pc.sum(pc.less_equal(values, pa.scalar(limit, values.type)), min_count=0).as_py()
        below, self.rest = self.rest.slice(0, taken), self.rest.slice(taken)
        if not self.rest.num_rows:
            self._next()
        return below

    def _next(self) -> None:
        batch = next(self._batches, None)
        if batch is not None:
            self.rest = pa.Table.from_batches([batch])
            return
        self._source.close()
        self._path.unlink()
