"""The own kernel in memory."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from board.domain.data_sets import Column, DataSet
from board.service.ports import (
    Database,
    FolderEntry,
    LogPage,
    LogSearch,
    Order,
    Reading,
    Staged,
    Upload,
)
from common.disk import DiskUse
from common.errors import Conflict, InvalidInput, NotFound, error_from

CATALOGUE: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "catalogue.json").read_text("utf-8"))


class MemoryKernel:
    """Data sets and results in dictionaries; a file is CSV of the simplest kind."""

    def __init__(self) -> None:
        self.data_sets: dict[str, tuple[DataSet, bytes]] = {}
        self.reports: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.outputs: dict[tuple[str, str, str, str], bytes] = {}
        self.lines: dict[tuple[str, str], list[str]] = {}
        self.staged: dict[str, tuple[Staged, bytes]] = {}
        self.free = 50 << 30

    def catalogue(self) -> list[dict[str, Any]]:
        return CATALOGUE

    def import_file(self, upload: Upload, chunks: Iterable[bytes]) -> DataSet:
        content = b"".join(chunks)
        if len(content) != upload.total_bytes:
            raise InvalidInput(f"{len(content)} of {upload.total_bytes} bytes arrived")
        try:
            head, *lines = content.decode().splitlines()
        except (UnicodeDecodeError, ValueError) as problem:
            raise InvalidInput("line 1: the file is not text") from problem
        names = head.split(",")
        if upload.id_column and upload.id_column not in names:
            raise InvalidInput(f"there is no column {upload.id_column[:80]!r}")
        made = DataSet(
            upload.data_set,
            upload.name,
            len(lines),
            tuple(Column(name[:200], "float", 0, len(lines)) for name in names),
            upload.id_column,
            upload.label_column,
            hashlib.sha256(content).hexdigest(),
            len(content),
        )
        self.data_sets[upload.data_set] = (made, content)
        return made

    def begin_upload(self, upload: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        self.staged[upload] = (Staged(upload, file_name, total_bytes, 0), b"")
        return self.staged[upload][0]

    def put_upload(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        about, content = self._staged(upload)
        if offset != about.received:
            raise error_from("HAN-4210", f"{about.received} bytes have arrived", status="FAILED_PRECONDITION")
        try:
            for chunk in chunks:
                content += chunk
        finally:
            self.staged[upload] = (replace(about, received=len(content)), content)
        return self.staged[upload][0]

    def upload(self, upload: str) -> Staged:
        return self._staged(upload)[0]

    def drop_upload(self, upload: str) -> None:
        self._staged(upload)
        del self.staged[upload]

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        if path not in ("", "/opened"):
            raise NotFound(f"there is no {path[:200]!r}")
        found = (
            FolderEntry("/opened/a.csv", folder=False, bytes=9)
            if path
            else FolderEntry("/opened", folder=True, bytes=0)
        )
        return [found], ["db:5432"]

    def stage_path(self, upload: str, path: str) -> Staged:
        if path != "/opened/a.csv":
            raise NotFound(f"there is no {path[:200]!r}")
        return self._stage(upload, "a.csv", b"id,x\na,1\n")

    def stage_query(self, upload: str, source: Database) -> Staged:
        if f"{source.host}:{source.port}" != "db:5432":
            raise error_from("HAN-4214", "this address is not opened", status="PERMISSION_DENIED")
        return self._stage(upload, f"{source.table or 'query'}.csv", b"id,x\na,1\n")

    def detect(self, upload: str, reading: Reading) -> dict[str, Any]:
        _, content = self._staged(upload)
        head, *lines = content.decode("utf-8", "replace").splitlines() or [""]
        return {
            "encoding": reading.encoding or "utf-8",
            "delimiter": reading.delimiter or ",",
            "columns": [{"name": n, "type": "float", "missing": 0, "distinct": 1} for n in head.split(",")],
            "rows": [line.split(",") for line in lines[:20]],
            "sampled": len(lines),
            "complete": True,
            "problem": None,
            "notes": [],
        }

    def import_upload(self, upload: str, order: Order) -> DataSet:
        about, content = self._staged(upload)
        if about.received != about.total_bytes:
            raise Conflict(f"{about.received} of {about.total_bytes} bytes have arrived")
        id_column = "|".join(order.id_columns)
        made = self.import_file(
            Upload(
                order.data_set,
                order.name,
                about.file_name,
                len(content),
                id_column,
                order.label_column,
                order.reading.encoding,
                order.duplicates,
            ),
            [content],
        )
        self.drop_upload(upload)
        return made

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        made, _ = self.data_sets[data_set]
        return [{"name": column.name, "type": column.type, "missing": 0, "distinct": 1} for column in made.columns]

    def _stage(self, upload: str, file_name: str, content: bytes) -> Staged:
        self.staged[upload] = (Staged(upload, file_name, len(content), len(content)), content)
        return self.staged[upload][0]

    def _staged(self, upload: str) -> tuple[Staged, bytes]:
        if upload not in self.staged:
            raise NotFound(f"there is no upload {upload}")
        return self.staged[upload]

    def preview(self, data_set: str, rows: int) -> bytes:
        _, content = self.data_sets[data_set]
        head, *lines = content.decode().splitlines()
        cells = [line.split(",") for line in lines[:rows]]
        columns = {name: [row[i] if i < len(row) else None for row in cells] for i, name in enumerate(head.split(","))}
        table = pa.table(columns)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue().to_pybytes())

    def delete(self, data_set: str) -> None:
        if self.data_sets.pop(data_set, None) is None:
            raise NotFound(f"there is no data set {data_set}")

    def report(self, job: str, task: str) -> list[dict[str, Any]]:
        if (job, task) not in self.reports:
            raise NotFound(f"task {task} of job {job} has not run here")
        return self.reports[job, task]

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        if (job, task, port, form) not in self.outputs:
            raise NotFound(f"task {task} has no output {port!r} at this member")
        yield self.outputs[job, task, port, form]

    def disks(self) -> list[DiskUse]:
        return [DiskUse("data_sets", 10, 20, 30)]

    def logs(self, job: str, task: str, wanted: LogSearch) -> LogPage:
        lines = self.lines.get((job, task))
        if lines is None or wanted.attempt > 1:
            raise NotFound(f"task {task} of job {job} has no log here")
        found = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if wanted.text.lower() in line.lower()
            and (wanted.level in ("", "info") or any(f'"{level}"' in line for level in (wanted.level, "error")))
        ]
        page = found[wanted.after :][: wanted.limit or None]
        first = next((place for place, (_, line) in enumerate(found, 1) if '"error"' in line), 0)
        numbers, texts = [number for number, _ in page], [line for _, line in page]
        return LogPage(texts, numbers, wanted.after + len(page), len(found), len(lines), first, [1])

    def version(self, data_set: str) -> str:
        if data_set not in self.data_sets:
            raise NotFound(f"there is no data set {data_set}")
        return self.data_sets[data_set][0].version

    def room(self) -> DiskUse:
        return DiskUse("data", 0, self.free, 100 << 30)

    def ping(self) -> None:
        pass
