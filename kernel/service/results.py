"""What finished tasks left: reports, outputs in several formats, logs."""

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from common import canonical
from common.errors import InvalidInput, NotFound
from kernel.data.partition import part_path, read_file, to_bytes
from kernel.service.logs import LogPage, read_page
from kernel.store.layout import Layout
from kernel.store.outputs import finished_attempt, kinds

_CHUNK = 1 << 20
_LINES = 1000


class Results:
    """Reads what the executors wrote."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def report(self, job: str, task: str) -> bytes:
        """Return the report's blocks as canonical JSON; an empty list when the task made none."""
        path = finished_attempt(self._layout, job, task) / "report.json"
        return path.read_bytes() if path.exists() else canonical.dumps([])

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        """Yield an output in chunks: a table as "arrow" or "csv", a model as "model".

        Raises
        ------
        NotFound, InvalidInput
            The task has no such output here; the form does not fit its kind.
        """
        folder = finished_attempt(self._layout, job, task)
        kind = kinds(folder).get(port)
        if kind is None:
            raise NotFound(f"task {task} has no output {port!r} at this member")
        if (kind == "model") != (form == "model") or form not in ("arrow", "csv", "model"):
            raise InvalidInput(f"output {port!r} is a {kind}; it has no form {form!r}")
        data = (folder / f"{port}.model.json").read_bytes() if form == "model" else _table(folder / port, form)
        yield from (data[start : start + _CHUNK] for start in range(0, max(1, len(data)), _CHUNK))

    def logs(
        self, job: str, task: str, attempt: int, *, text: str = "", level: str = "", after: int = 0, size: int = 0
    ) -> tuple[LogPage, list[int]]:
        """Return lines of an attempt's log (0: the newest) that match, and the attempts that have a log.

        Raises
        ------
        NotFound
            The attempt has no log here.
        """
        folder = self._layout.task(job, task)
        attempts = sorted(int(path.parent.name) for path in folder.glob("[0-9]*/log.jsonl"))
        chosen = attempt or (attempts[-1] if attempts else 0)
        if chosen not in attempts:
            raise NotFound(f"task {task} of job {job} has no log here")
        path = self._layout.attempt(job, task, chosen) / "log.jsonl"
        return read_page(path, text=text, level=level, after=after, size=min(size or _LINES, _LINES)), attempts


def _table(folder: Path, form: str) -> bytes:
    n_parts = len(list(folder.glob("part-*.parquet")))
    table = pa.concat_tables([read_file(part_path(folder.as_uri(), index)) for index in range(n_parts)])
    if form == "arrow":
        return to_bytes(table)
    sink = io.BytesIO()
    csv.write_csv(table, sink)
    return sink.getvalue()
