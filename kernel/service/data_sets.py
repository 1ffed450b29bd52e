"""Data sets at rest: import whole or not at all, describe, preview, delete."""

import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from common import canonical
from common.errors import Conflict, HanseError, InvalidInput, NotFound
from kernel.data.partition import to_bytes
from kernel.service.csv_file import Reading
from kernel.service.files import open_rows
from kernel.service.importing import Order, Written, write_rows
from kernel.service.statistics import statistics
from kernel.store.layout import Layout, write_whole
from kernel.store.outputs import load_schema

_MOST_SHOWN = 100


class NoSpace(HanseError):
    """The disk is full."""

    code = "HAN-4204"
    title = "The disk is full"
    status = "RESOURCE_EXHAUSTED"
    http = 507
    hint = "Free some space under the kernel's data folder and import again. Nothing was imported."


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
            rows = open_rows(upload, kind, reading)
            written = write_rows(rows, order, draft, self._n_partitions, self._most_bytes)
            if upload.parent == draft:
                upload.unlink()
            description = self._write(draft, written, order)
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
            write_whole(path, canonical.dumps(statistics(parts, load_schema(folder), folder)))
        return path.read_bytes()

    def preview(self, data_set: str, rows: int) -> bytes:
        """Return the first rows as an Arrow IPC stream."""
        self.describe(data_set)
        path = self._layout.data_set(data_set) / "part-00000.parquet"
        with pq.ParquetFile(path) as file:
            first = itertools.islice(file.iter_batches(_MOST_SHOWN), 1)
            table = pa.Table.from_batches(list(first), file.schema_arrow)
        return to_bytes(table.slice(0, max(0, min(rows, _MOST_SHOWN))))

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

    def _write(self, folder: Path, written: Written, order: Order) -> dict[str, object]:
        schema = written.schema
        numbers = statistics(written.parts, schema, folder)
        about: dict[str, object] = {
            "data_set": order.data_set,
            "rows": written.rows,
            "columns": [{key: column[key] for key in ("name", "type", "missing", "distinct")} for column in numbers],
            "id_column": schema.id_column,
            "label_column": order.label_column,
            "version": written.version,
            "bytes": order.total_bytes,
        }
        write_whole(folder / "statistics.json", canonical.dumps(numbers))
        write_whole(folder / "about.json", canonical.dumps(about))
        columns = [[column.name, column.kind] for column in schema.columns]
        write_whole(
            folder / "schema.json",
            canonical.dumps({"columns": columns, "id": schema.id_column, "label": order.label_column}),
        )
        return about
