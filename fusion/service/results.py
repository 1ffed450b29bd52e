"""Results: one's own rows in the intersection, the columns that were asked for, and saving them at the board."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from common import log
from common.errors import InvalidInput
from fusion.domain.errors import BadColumns, NoResult
from fusion.domain.models import Task
from fusion.service.ports import Board
from fusion.service.tasks import Tasks
from fusion.store.base import WorkFiles

_LOG = log.get(__name__)
_LONGEST_NAME = 200


class Results:
    """What people do with results."""

    def __init__(self, tasks: Tasks, files: WorkFiles, board: Board) -> None:
        self._tasks, self._files, self._board = tasks, files, board

    def file(self, task: str, columns: Sequence[str] = ()) -> tuple[Path, list[str]]:
        """Return a result's place and the columns to be read of it.

        Parameters
        ----------
        columns
            Which ones; none: the id's and those that the task names, or all where it names none.

        Raises
        ------
        NoResult, BadColumns
            There is none; it has no such column.
        """
        found = self._tasks.get(task)
        if not found.has_result:
            raise NoResult(f"the alignment is {found.state}; its role here is {found.role}")
        place = self._files.result(task)
        names = pa.parquet.read_schema(place).names
        asked = list(dict.fromkeys(columns)) or _usual(found, names)
        absent = [name for name in asked if name not in names]
        if absent:
            raise BadColumns(f"the result has no column {', '.join(absent)}", hint=f"It has {', '.join(names)}.")
        return place, asked

    def preview(self, task: str, limit: int) -> tuple[list[str], list[list[str]]]:
        """Return the first own rows: columns' names, and values as text."""
        place, columns = self.file(task)
        with pa.parquet.ParquetFile(place) as file:
            batch = next(file.iter_batches(limit, columns=columns), None)
        values = [] if batch is None else [batch.column(name).to_pylist() for name in columns]
        return columns, [[_text(value) for value in row] for row in zip(*values, strict=True)]

    def save(self, task: str, name: str) -> tuple[str, str]:
        """Make a data resource of the member of a result; returns the board's address and the resource's id."""
        if not 0 < len(name) <= _LONGEST_NAME:
            raise InvalidInput(f"a name has 1 to {_LONGEST_NAME} characters")
        place, columns = self.file(task)
        with self.narrowed(place, columns) as file:
            made = self._board.save(file, name, self._tasks.get(task).columns)
        _LOG.info("result_saved", task=task, data_set=made)
        return self._board.url, made

    @contextmanager
    def narrowed(self, place: Path, columns: list[str]) -> Iterator[Path]:
        """Give a file with these columns only, for as long as it is needed."""
        with pa.parquet.ParquetFile(place) as file:
            if columns == file.schema_arrow.names:
                yield place
                return
            part = self._files.scratch()
            try:
                schema = pa.schema([file.schema_arrow.field(name) for name in columns])
                with self._files.room(place.stem, part), pa.parquet.ParquetWriter(part, schema) as writer:
                    for batch in file.iter_batches(columns=columns):
                        writer.write_batch(batch.select(columns))
                yield part
            finally:
                part.unlink(missing_ok=True)


def _usual(task: Task, names: list[str]) -> list[str]:
    wanted = {*task.columns, *task.columns_of_result}
    return [name for name in names if not task.columns_of_result or name in wanted]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
