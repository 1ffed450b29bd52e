"""Data sets: files that people give to the node."""

import secrets
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet

from common import log
from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain.errors import DataSetInUse, UnknownDataSet
from fusion.domain.models import Column, DataSet
from fusion.domain.states import OPEN
from fusion.service.reading import read_file
from fusion.store.base import DataSetStore, TaskStore, WorkFiles

_LOG = log.get(__name__)
_LONGEST_NAME = 200


class DataSets:
    """Use cases of people."""

    def __init__(self, store: DataSetStore, tasks: TaskStore, files: WorkFiles, max_upload_bytes: int) -> None:
        self._store, self._tasks, self._files, self._limit = store, tasks, files, max_upload_bytes

    def add(self, name: str, file_name: str, chunks: Iterable[bytes]) -> DataSet:
        """Take a CSV or Parquet file in; nothing remains of one that cannot be read."""
        if max(len(name), len(file_name)) > _LONGEST_NAME:
            raise InvalidInput(f"a name has more than {_LONGEST_NAME} characters")
        path = self._files.incoming(chunks, self._limit)
        try:
            table = read_file(path, file_name)
            size = path.stat().st_size
        finally:
            path.unlink(missing_ok=True)
        made = DataSet(
            data_set=secrets.token_hex(16),
            name=name or file_name,
            file_name=file_name,
            rows=table.num_rows,
            columns=tuple(Column(field.name, str(field.type)) for field in table.schema),
            bytes=size,
            added_ms=now_ms(),
        )
        place = self._files.table(made.data_set)
        part = place.with_suffix(".part")
        pa.parquet.write_table(table, part)
        part.replace(place)
        self._store.add(made)
        _LOG.info("data_set_added", data_set=made.data_set, rows=made.rows, bytes=made.bytes)
        return made

    def get(self, data_set: str) -> DataSet:
        """Return one; raises UnknownDataSet."""
        found = self._store.find(data_set)
        if found is None:
            raise UnknownDataSet(f"there is no data set {data_set[:80]!r}")
        return found

    def all(self) -> list[DataSet]:
        """Return all, newest first."""
        return self._store.all()

    def delete(self, data_set: str) -> None:
        """Delete a data set; results made of it stay."""
        self.get(data_set)
        if any(task.data_set == data_set for task in self._tasks.in_states(OPEN)):
            raise DataSetInUse(f"data set {data_set}")
        self._store.delete(data_set)
        self._files.table(data_set).unlink(missing_ok=True)
        _LOG.info("data_set_deleted", data_set=data_set)
