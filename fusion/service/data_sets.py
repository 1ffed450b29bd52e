"""Data sets: rows that people give to the node, as a file or from a database."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from common import log
from common.disk import is_full
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain.errors import UPLOAD_AGAIN, BadColumns, DataSetInUse, DiskFull, UnknownDataSet
from fusion.domain.models import Column, DataSet
from fusion.domain.states import OPEN
from fusion.service.columns import texts
from fusion.service.database_rows import DatabaseRows, Wanted
from fusion.service.ids import batches_of
from fusion.service.reading import Opened, open_file, write_table
from fusion.service.sheets import Sheet, sheets_of
from fusion.service.unchanged import Unchanged, digest_of
from fusion.store.base import DataSetStore, TaskStore, WorkFiles

_LOG = log.get(__name__)
_LONGEST_NAME = 200


class DataSets:
    """Use cases of people."""

    def __init__(self, store: DataSetStore, tasks: TaskStore, files: WorkFiles, max_upload_bytes: int) -> None:
        self._store, self._tasks, self._files, self._limit = store, tasks, files, max_upload_bytes
        self._databases = DatabaseRows(files, max_upload_bytes)
        self._unchanged = Unchanged()

    def start(self) -> None:
        """Delete the rows of data sets that were being added when the node was killed; look through older ones."""
        for mark in self._files.marks():
            self._settle(mark)
        for known in self._store.all():  # those that versions before this one have kept
            if not known.sha256 and self._files.table(known.data_set).exists():
                self._store.hold(known.data_set, *digest_of(self._files.table(known.data_set)))

    def add(self, name: str, file_name: str, chunks: Iterable[bytes], sheet: str = "", encoding: str = "") -> DataSet:
        """Take a CSV, Parquet or Excel file in; nothing remains of one that cannot be read."""
        _check_name(name, file_name)
        path = self._files.incoming(chunks, self._limit)
        try:
            opened = open_file(path, file_name, sheet, encoding)
            return self._add(opened, path, name or file_name, file_name, opened.source, opened.detail)
        finally:
            path.unlink(missing_ok=True)

    def sheets(self, chunks: Iterable[bytes]) -> list[Sheet]:
        """List a workbook's sheets; nothing of it remains."""
        path = self._files.incoming(chunks, self._limit)
        try:
            return sheets_of(path)
        finally:
            path.unlink(missing_ok=True)

    def add_database(self, name: str, wanted: Wanted) -> DataSet:
        """Read a table or a query once; nothing remains of one that cannot be read."""
        _check_name(name, wanted.title)
        with self._databases.fetched(wanted) as path:
            opened = open_file(path, "", encoding="utf-8")
            return self._add(opened, path, name or wanted.title, "", wanted.kind, wanted.title)

    def _add(self, opened: Opened, path: Path, name: str, file_name: str, source: str, detail: str) -> DataSet:
        data_set = secrets.token_hex(16)
        with self._marked(data_set):
            return self._kept(data_set, opened, path, name, file_name, source, detail)

    @contextmanager
    def _marked(self, data_set: str) -> Iterator[None]:
        """Mark rows while they are being added: they stay only where the data set has become known."""
        mark = self._files.table(data_set).with_suffix(".mark")
        try:
            mark.touch(mode=0o600)
        except OSError as problem:
            if is_full(problem):
                raise DiskFull(f"the rows cannot be stored: {problem.strerror}", hint=UPLOAD_AGAIN) from problem
            raise
        try:
            yield
        finally:
            self._settle(mark)

    def _settle(self, mark: Path) -> None:
        if self._store.find(mark.stem) is None:
            self._files.table(mark.stem).unlink(missing_ok=True)
        mark.unlink(missing_ok=True)

    def _kept(
        self, data_set: str, opened: Opened, path: Path, name: str, file_name: str, source: str, detail: str
    ) -> DataSet:
        rows, schema = write_table(opened, file_name or name, self._files.table(data_set), self._limit)
        held_bytes, sha256 = digest_of(self._files.table(data_set))
        made = DataSet(
            data_set=data_set,
            name=name,
            file_name=file_name,
            rows=rows,
            columns=tuple(Column(field.name, str(field.type)) for field in schema),
            bytes=path.stat().st_size,
            added_ms=now_ms(),
            source=source,
            detail=detail,
            held_bytes=held_bytes,
            sha256=sha256,
        )
        self._store.add(made)
        _LOG.info("data_set_added", data_set=made.data_set, rows=made.rows, bytes=made.bytes, source=source)
        return made

    def get(self, data_set: str) -> DataSet:
        """Return one; raises UnknownDataSet."""
        found = self._store.find(data_set)
        if found is None:
            raise UnknownDataSet(f"there is no data set {data_set[:80]!r}")
        return found

    def table(self, data_set: str, columns: Sequence[str]) -> Path:
        """Return where the rows are.

        Raises
        ------
        UnknownDataSet, BadColumns, DataSetChanged
            There is none; it does not have these columns, or none is named; its file is gone, or another one.
        """
        known = self._with(data_set, columns)
        self._unchanged.check(known, self._files.table(data_set))
        return self._files.table(data_set)

    @contextmanager
    def reading(self, data_set: str, columns: Sequence[str]) -> Iterator[Path]:
        """Give the place of the rows while somebody reads them; raises as `table` does, also at the end."""
        known = self._with(data_set, columns)
        with self._unchanged.reading(known, self._files.table(data_set)) as place:
            yield place

    def _with(self, data_set: str, columns: Sequence[str]) -> DataSet:
        known = self.get(data_set)
        names = {column.name for column in known.columns}
        absent = [name for name in columns if name not in names]
        if absent or not columns:
            told = f"data set {known.name} has no column {', '.join(absent)}" if absent else "no column is named"
            raise BadColumns(told)
        return known

    def preview(self, data_set: str, limit: int) -> tuple[list[str], list[list[str]]]:
        """Return the columns' names, and the first rows as texts."""
        known = self.get(data_set)
        names = [column.name for column in known.columns]
        with self._unchanged.reading(known, self._files.table(data_set)) as place:
            batch = next(batches_of(place, names, limit))
            values = [texts(column).to_pylist() for column in batch.slice(0, limit).columns]
        return names, [list(row) for row in zip(*values, strict=True)]

    def all(self) -> list[DataSet]:
        """Return all, newest first."""
        return self._store.all()

    def delete(self, data_set: str) -> None:
        """Delete a data set; results made of it stay."""
        self.get(data_set)
        if any(task.data_set == data_set for task in self._tasks.in_states(OPEN)):
            raise DataSetInUse(f"data set {data_set}")
        # The rows first: a crash leaves a data set that can be deleted again, and never rows of which nobody knows.
        self._files.table(data_set).unlink(missing_ok=True)
        self._store.delete(data_set)
        self._unchanged.forget(data_set)
        _LOG.info("data_set_deleted", data_set=data_set)


def _check_name(*names: str) -> None:
    if any(len(name) > _LONGEST_NAME for name in names):
        raise InvalidInput(f"a name has more than {_LONGEST_NAME} characters")
