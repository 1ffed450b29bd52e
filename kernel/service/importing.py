"""From a file's rows to a data set's files, in bounded memory: rows are chosen and named, checked, then divided."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from common.tables.parquet_rows import TooLarge
from common.tables.rows import Rows
from kernel.core.errors import BadLabel, UnknownColumn
from kernel.data import Schema
from kernel.data.engine import bounds
from kernel.data.partition import part_path
from kernel.service import ids
from kernel.service.csv_file import Reading
from kernel.service.fingerprint import Fingerprint

ROW_COLUMN = "_row"  # the id of rows that have none
_SPREAD = 16  # rows may take this many times what a file may: eight bytes for an empty field and its separator


@dataclass(frozen=True, slots=True)
class Order:
    """What to import and how."""

    data_set: str
    name: str
    file_name: str
    total_bytes: int
    id_column: str = ""
    label_column: str = ""
    encoding: str = ""
    duplicates: str = "refuse"
    reading: Reading | None = None  # of a text file, in more detail than its encoding
    leave_out: tuple[str, ...] = ()
    id_columns: tuple[str, ...] = ()  # several that together name a row


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a data set."""

    parts: list[Path]
    schema: Schema
    rows: int
    version: str


def write_rows(rows: Rows, order: Order, folder: Path, n_partitions: int, most_bytes: int) -> Written:
    """Write a data set's rows as Parquet files under `folder`, in which other files come and go meanwhile.

    Raises
    ------
    UnknownColumn, BadLabel, DuplicateIds, TooLarge
        The folder is the caller's to delete then.
    """
    chosen = _Chosen(rows, order)
    staged = folder / "staged"
    found = ids.Ids(chosen.id_column, folder)
    n_rows = size = 0
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(staged), "wb") as sink, pa.ipc.new_stream(sink, chosen.arrow, options=options) as writer:
        for batch in chosen.batches(rows):
            size += batch.nbytes
            if size > _SPREAD * most_bytes:
                raise TooLarge(
                    f"the rows take more than {_SPREAD * most_bytes} bytes, {_SPREAD} times the limit of a file"
                )
            if not chosen.numbered:
                found.add(batch.column(chosen.id_column))
            writer.write_batch(batch)
            n_rows += batch.num_rows
    keep = None if chosen.numbered else found.kept(order.duplicates)
    n_kept = n_rows if keep is None else int(np.count_nonzero(keep))
    fingerprint = Fingerprint(chosen.arrow)
    parts = [Path(part_path(str(folder), index)) for index in range(n_partitions)]
    with _Parts(parts, chosen.arrow, n_kept) as out:
        for batch in _kept(staged, keep):
            fingerprint.add(batch)
            out.write(batch)
    staged.unlink()
    (folder / "kept").unlink(missing_ok=True)
    return Written(parts, chosen.schema, n_kept, fingerprint.hexdigest())


class _Chosen:
    """The columns that a person wants of a file, with the id among them."""

    def __init__(self, rows: Rows, order: Order) -> None:
        names = rows.schema.names
        _known(names, (*order.leave_out, *order.id_columns))
        self._joined = order.id_columns if len(order.id_columns) > 1 else ()
        fields = [f for f in rows.schema if f.name not in {*order.leave_out, *self._joined}]
        self.id_column = ids.JOINT.join(order.id_columns) or order.id_column
        self.numbered = not self.id_column
        if self._joined:
            fields.insert(0, pa.field(self.id_column, pa.string()))
        _known([f.name for f in fields], tuple(filter(None, (self.id_column, order.label_column))))
        if order.label_column and order.label_column == self.id_column:
            raise BadLabel("the id column cannot be the label")
        if self.numbered:
            if ROW_COLUMN in [f.name for f in fields]:
                raise UnknownColumn(f"the file has a column {ROW_COLUMN!r}; name it as the id column or rename it")
            self.id_column = ROW_COLUMN
            fields.insert(0, pa.field(ROW_COLUMN, pa.string()))
        for name in self._joined or ([] if self.numbered else [self.id_column]):
            ids.check_type(name, rows.schema.field(name).type)
        self.arrow = pa.schema([f.with_type(pa.string()) if f.name == self.id_column else f for f in fields])
        self.schema = Schema.of(self.arrow, self.id_column, order.label_column)

    def batches(self, rows: Rows) -> Iterator[pa.RecordBatch]:
        """Read the rows, their ids made."""
        made = {self.id_column} if self.numbered or self._joined else set()
        wanted = [name for name in (*self.arrow.names, *self._joined) if name not in made]
        row = 0
        for batch in rows.batches(wanted):
            if self.numbered:
                own = pa.array([str(number) for number in range(row + 1, row + batch.num_rows + 1)], pa.string())
            elif self._joined:
                own = ids.joined([batch.column(name) for name in self._joined])
            else:
                own = ids.texts(batch.column(self.id_column))
            row += batch.num_rows
            yield pa.record_batch(
                [own if name == self.id_column else batch.column(name) for name in self.arrow.names], self.arrow
            )


def _known(names: list[str], wanted: tuple[str, ...]) -> None:
    strange = [name for name in wanted if name not in names]
    if strange:
        raise UnknownColumn(f"there is no column {strange[0]!r}; the file has: {', '.join(names)}")


def _kept(staged: Path, keep: npt.NDArray[np.bool_] | None) -> Iterator[pa.RecordBatch]:
    row = 0
    with pa.OSFile(str(staged), "rb") as source, pa.ipc.open_stream(source) as reader:
        for batch in reader:
            chosen = None if keep is None else pa.array(keep[row : row + batch.num_rows])
            row += batch.num_rows
            yield batch if chosen is None else batch.filter(chosen)


class _Parts:
    """Rows in order over files of nearly equal length."""

    def __init__(self, paths: list[Path], schema: pa.Schema, n_rows: int) -> None:
        self._left = [(path, end - start) for path, (start, end) in zip(paths, bounds(n_rows, len(paths)), strict=True)]
        self._schema, self._room = schema, 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._left:  # those that got no rows
            self._next()
        if self._writer:
            self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        while batch.num_rows:
            while not self._room:
                self._next()
            taken = batch.slice(0, self._room)
            self._writer.write_batch(taken)  # type: ignore[union-attr]  # with room there is one
            self._room -= taken.num_rows
            batch = batch.slice(taken.num_rows)

    def _next(self) -> None:
        if self._writer:
            self._writer.close()
        path, self._room = self._left.pop(0)
        self._writer = pq.ParquetWriter(path, self._schema)
