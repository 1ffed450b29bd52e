"""Data sets at rest: import whole or not at all, describe, preview, delete."""

import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from common import canonical
from common.errors import Conflict, HanseError, InvalidInput, NotFound
from kernel.core.errors import BadLabel, DuplicateIds, UnknownColumn
from kernel.data import Schema
from kernel.data.engine import bounds
from kernel.data.partition import part_path, to_bytes, write_file
from kernel.service.csv_file import Reading, read_text
from kernel.service.statistics import statistics
from kernel.store.layout import Layout, write_whole
from kernel.store.outputs import load_schema

ROW_COLUMN = "_row"  # the id of rows that have none
_MOST_UNPACKED = 1 << 30
ID_JOINT = "|"  # between the parts of an id that several columns make


class NoSpace(HanseError):
    """The disk is full."""

    code = "HAN-4204"
    title = "The disk is full"
    status = "RESOURCE_EXHAUSTED"
    http = 507
    hint = "Free some space under the kernel's data folder and import again. Nothing was imported."


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


class DataSets:
    """The data sets of one kernel."""

    def __init__(self, layout: Layout, n_partitions: int, most_bytes: int) -> None:
        self._layout, self._n_partitions, self._most_bytes = layout, n_partitions, most_bytes
        for left in (layout.root / "data_sets").glob(".*"):  # of an import or a deletion that was cut off
            shutil.rmtree(left, ignore_errors=True)

    def import_file(self, order: Order, chunks: Iterable[bytes]) -> dict[str, object]:
        """Import a CSV, Parquet or Excel file that arrives in chunks; returns its description.

        Raises
        ------
        HanseError
            Whatever is wrong with the file; nothing of it is kept then.
        """
        if order.total_bytes > self._most_bytes:
            raise InvalidInput(f"the file has {order.total_bytes} bytes, the limit is {self._most_bytes}")

        def receive(draft: Path) -> Path:
            upload = draft / f"upload{Path(order.file_name).suffix.lower()}"
            self._receive(upload, order.total_bytes, chunks)
            return upload

        return self._import(order, receive)

    def import_path(self, order: Order, path: Path) -> dict[str, object]:
        """Import a file that lies on this machine; it stays where it is."""
        return self._import(order, lambda _: path)

    def _import(self, order: Order, receive: Callable[[Path], Path]) -> dict[str, object]:
        target = self._layout.data_set(order.data_set)
        if target.exists():
            raise Conflict(f"data set {order.data_set} exists already", hint="Import under a new id.")
        draft = target.parent / f".{target.name}.{secrets.token_hex(4)}"
        draft.mkdir(parents=True, mode=0o700)
        try:
            upload = receive(draft)
            kind = Path(order.file_name).suffix.lower()
            reading = order.reading or Reading(order.encoding, ",")
            table = _chosen(read_file(upload, kind, reading), order)
            order = _named(order)
            table = _clean(table, order)
            if upload.parent == draft:
                upload.unlink()
            description = self._write(draft, table, order)
            draft.rename(target)
        except OSError as error:
            if error.errno in (28, 122):  # ENOSPC, EDQUOT
                raise NoSpace("writing the data set failed") from error
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return description

    def describe(self, data_set: str) -> dict[str, object]:
        """Return what `import_file` returned.

        Raises
        ------
        NotFound
            There is no such data set.
        """
        try:
            found: dict[str, object] = canonical.loads((self._layout.data_set(data_set) / "about.json").read_bytes())
        except FileNotFoundError:
            raise NotFound(f"there is no data set {data_set}") from None
        return found

    def statistics(self, data_set: str) -> bytes:
        """Return the columns' numbers as canonical JSON; those of a data set of an earlier release are made now."""
        folder = self._layout.data_set(data_set)
        self.describe(data_set)
        path = folder / "statistics.json"
        if not path.exists():
            parts = sorted(folder.glob("part-*.parquet"))
            table = pa.concat_tables([pq.read_table(part) for part in parts])
            write_whole(path, canonical.dumps(statistics(table, load_schema(folder))))
        return path.read_bytes()

    def preview(self, data_set: str, rows: int) -> bytes:
        """Return the first rows as an Arrow IPC stream."""
        self.describe(data_set)
        path = self._layout.data_set(data_set) / "part-00000.parquet"
        return to_bytes(pq.read_table(path).slice(0, max(0, min(rows, 100))))

    def delete(self, data_set: str) -> None:
        """Delete a data set; the folder goes out of sight first, so that half of it is never seen."""
        folder = self._layout.data_set(data_set)
        self.describe(data_set)
        grave = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        folder.rename(grave)
        shutil.rmtree(grave)

    def _receive(self, path: Path, total_bytes: int, chunks: Iterable[bytes]) -> None:
        received = 0
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            for chunk in chunks:
                received += len(chunk)
                if received > total_bytes:
                    raise InvalidInput("more bytes arrived than were announced")
                stream.write(chunk)
        if received != total_bytes:
            raise InvalidInput(f"{received} of {total_bytes} bytes arrived", hint="Upload the file again.")

    def _write(self, folder: Path, table: pa.Table, order: Order) -> dict[str, object]:
        id_column = order.id_column or ROW_COLUMN
        schema = Schema.of(table.schema, id_column, order.label_column)
        for index, (start, end) in enumerate(bounds(table.num_rows, self._n_partitions)):
            write_file(table.slice(start, end - start), part_path(folder.as_uri(), index))
        columns = [[column.name, column.kind] for column in schema.columns]
        about: dict[str, object] = {
            "data_set": order.data_set,
            "rows": table.num_rows,
            "columns": [_describe(table, name, kind) for name, kind in columns],
            "id_column": id_column,
            "label_column": order.label_column,
            "version": hashlib.sha256(to_bytes(table)).hexdigest(),
            "bytes": order.total_bytes,
        }
        write_whole(folder / "statistics.json", canonical.dumps(statistics(table, schema)))
        write_whole(folder / "about.json", canonical.dumps(about))
        write_whole(
            folder / "schema.json",
            canonical.dumps({"columns": columns, "id": id_column, "label": order.label_column}),
        )
        return about


def read_file(path: Path, kind: str, reading: Reading) -> pa.Table:
    """Read a whole file of a kind: .csv (.txt, .tsv), .parquet or .xlsx.

    Raises
    ------
    InvalidInput
        It is of another kind, or not what its kind says.
    """
    if kind in (".csv", ".txt", ".tsv"):
        return read_text(path, reading)
    try:
        if kind == ".parquet":
            return pq.read_table(path)
        if kind == ".xlsx":
            import pandas as pd

            _check_unpacked(path)
            return pa.Table.from_pandas(pd.read_excel(path), preserve_index=False)
    except (pa.ArrowException, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"the file cannot be read as {kind}: {error}") from error
    raise InvalidInput(f"{kind or 'a file without ending'} is not read here", hint="Use .csv, .parquet or .xlsx.")


def _check_unpacked(path: Path) -> None:
    """Refuse a workbook whose content is far greater than its file: a few bytes of ZIP can fill the memory."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())  # more than this is never unpacked
    if unpacked > _MOST_UNPACKED:
        detail = f"the workbook unpacks to {unpacked} bytes, the limit is {_MOST_UNPACKED}"
        raise InvalidInput(detail, hint="Save the sheet as CSV or Parquet.")


def _chosen(table: pa.Table, order: Order) -> pa.Table:
    """Leave columns out, and make one id of several columns, which then are no features."""
    wanted = (*order.leave_out, *order.id_columns)
    strange = [name for name in wanted if name not in table.column_names]
    if strange:
        raise UnknownColumn(f"there is no column {strange[0]!r}; the file has: {', '.join(table.column_names)}")
    table = table.drop_columns(list(order.leave_out)) if order.leave_out else table
    if len(order.id_columns) < 2:  # noqa: PLR2004  one is an id as it stands
        return table
    parts = [pc.fill_null(pc.utf8_trim_whitespace(pc.cast(table.column(n), pa.string())), "") for n in order.id_columns]
    joined = pc.binary_join_element_wise(*parts, ID_JOINT)
    return table.drop_columns(list(order.id_columns)).add_column(0, ID_JOINT.join(order.id_columns), joined)


def _named(order: Order) -> Order:
    return replace(order, id_column=ID_JOINT.join(order.id_columns)) if order.id_columns else order


def _clean(table: pa.Table, order: Order) -> pa.Table:
    """Check the named columns and make the ids unique strings."""
    for name in filter(None, (order.id_column, order.label_column)):
        if name not in table.column_names:
            raise UnknownColumn(f"there is no column {name!r}; the file has: {', '.join(table.column_names)}")
    if order.label_column and order.label_column == order.id_column:
        raise BadLabel("the id column cannot be the label")
    if not order.id_column:
        if ROW_COLUMN in table.column_names:
            raise UnknownColumn(f"the file has a column {ROW_COLUMN!r}; name it as the id column or rename it")
        return table.add_column(
            0, ROW_COLUMN, pa.array([str(row) for row in range(1, table.num_rows + 1)], pa.string())
        )
    place = table.column_names.index(order.id_column)
    ids = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(table.column(place), pa.string()), ""))
    table = table.set_column(place, order.id_column, ids)
    values = ids.to_pylist()
    empty = sum(not value for value in values)
    first = {value: row for row, value in reversed(list(enumerate(values))) if value}
    repeated = len(values) - empty - len(first)
    if (empty or repeated) and order.duplicates != "first":
        raise DuplicateIds(f"{repeated} duplicate and {empty} empty ids in {order.id_column!r}; nothing was imported")
    if empty or repeated:
        table = table.take(pa.array(sorted(first.values()), pa.int64()))
    return table.combine_chunks()


def _describe(table: pa.Table, name: str, kind: str) -> dict[str, object]:
    column = table.column(name)
    distinct = pc.count_distinct(column).as_py() if kind != "tensor" else 0
    return {"name": name, "type": kind, "missing": column.null_count, "distinct": distinct}
