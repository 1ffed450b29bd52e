"""The board's client of the own kernel."""

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from board.api.rpc.disks import disk_uses
from board.domain.data_sets import Column, DataSet
from board.service.ports import Database, FolderEntry, LogPage, LogSearch, Order, Reading, Staged, Upload
from common import canonical
from common.disk import DiskUse
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1.kernel_pb2_grpc import KernelServiceStub

_CATALOGUE_S = 30.0
_IMPORT_S = 1800.0
_READ_S = 600.0
_PING_S = 2.0
_CHUNK = 1 << 20


class KernelClient:
    """See `Kernel`."""

    def __init__(self, stub: KernelServiceStub) -> None:
        self._stub = stub
        self._lock = threading.Lock()
        self._catalogue: list[dict[str, Any]] = []
        self._read_s = 0.0

    def catalogue(self) -> list[dict[str, Any]]:
        """See `Kernel.catalogue`; read again after half a minute."""
        with self._lock:
            if not self._catalogue or time.monotonic() - self._read_s > _CATALOGUE_S:
                self._catalogue = canonical.loads(self._stub.ListComponents(pb.ListComponentsRequest()).catalogue)
                self._read_s = time.monotonic()
            return self._catalogue

    def import_file(self, upload: Upload, chunks: Iterable[bytes]) -> DataSet:
        """See `Kernel.import_file`."""
        header = pb.ImportHeader(
            data_set=upload.data_set,
            name=upload.name,
            file_name=upload.file_name,
            total_bytes=upload.total_bytes,
            id_column=upload.id_column,
            label_column=upload.label_column,
            encoding=upload.encoding,
            duplicates=upload.duplicates,
        )

        def parts() -> Iterator[pb.ImportRequest]:
            yield pb.ImportRequest(header=header)
            for chunk in _pieces(chunks):
                yield pb.ImportRequest(chunk=chunk)

        return _data_set(self._stub.Import(parts(), timeout=_IMPORT_S).data_set, upload.name)

    def begin_upload(self, upload: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        """See `Kernel.begin_upload`."""
        request = pb.BeginUploadRequest(upload=upload, file_name=file_name, total_bytes=total_bytes, sha256=sha256)
        return _staged(self._stub.BeginUpload(request).upload)

    def put_upload(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        """See `Kernel.put_upload`."""
        header = pb.UploadPart(upload=upload, offset=offset, sha256=sha256)

        def parts() -> Iterator[pb.PutUploadRequest]:
            yield pb.PutUploadRequest(header=header)
            for chunk in _pieces(chunks):
                yield pb.PutUploadRequest(chunk=chunk)

        return _staged(self._stub.PutUpload(parts(), timeout=_IMPORT_S).upload)

    def upload(self, upload: str) -> Staged:
        """See `Kernel.upload`."""
        return _staged(self._stub.GetUpload(pb.GetUploadRequest(upload=upload)).upload)

    def drop_upload(self, upload: str) -> None:
        """See `Kernel.drop_upload`."""
        self._stub.DropUpload(pb.DropUploadRequest(upload=upload))

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        """See `Kernel.folder`."""
        answer = self._stub.ListFolder(pb.ListFolderRequest(path=path))
        return [FolderEntry(e.path, e.folder, e.bytes) for e in answer.entries], list(answer.databases)

    def stage_path(self, upload: str, path: str) -> Staged:
        """See `Kernel.stage_path`."""
        return _staged(self._stub.StagePath(pb.StagePathRequest(upload=upload, path=path)).upload)

    def stage_query(self, upload: str, source: Database) -> Staged:
        """See `Kernel.stage_query`."""
        # Not asdict: the values' representation must never carry the password into an error's text.
        request = pb.StageQueryRequest(
            upload=upload,
            system=source.system,
            host=source.host,
            port=source.port,
            database=source.database,
            user=source.user,
            password=source.password,
            query=source.query,
            table=source.table,
        )
        return _staged(self._stub.StageQuery(request, timeout=_IMPORT_S).upload)

    def detect(self, upload: str, reading: Reading) -> dict[str, Any]:
        """See `Kernel.detect`."""
        request = pb.DetectRequest(upload=upload, settings=_settings(reading))
        found: dict[str, Any] = canonical.loads(self._stub.Detect(request, timeout=_READ_S).found)
        return found

    def import_upload(self, upload: str, order: Order) -> DataSet:
        """See `Kernel.import_upload`."""
        header = pb.ImportHeader(
            data_set=order.data_set,
            name=order.name,
            label_column=order.label_column,
            duplicates=order.duplicates,
            id_column=order.id_columns[0] if len(order.id_columns) == 1 else "",
        )
        request = pb.ImportUploadRequest(
            header=header,
            upload=upload,
            settings=_settings(order.reading),
            leave_out=order.leave_out,
            id_columns=order.id_columns if len(order.id_columns) > 1 else (),
        )
        return _data_set(self._stub.ImportUpload(request, timeout=_IMPORT_S).data_set, order.name)

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        """See `Kernel.statistics`."""
        request = pb.GetStatisticsRequest(data_set=data_set)
        columns: list[dict[str, Any]] = canonical.loads(self._stub.GetStatistics(request, timeout=_READ_S).statistics)
        return columns

    def preview(self, data_set: str, rows: int) -> bytes:
        """See `Kernel.preview`."""
        return self._stub.Preview(pb.PreviewRequest(data_set=data_set, rows=rows)).arrow

    def delete(self, data_set: str) -> None:
        """See `Kernel.delete`."""
        self._stub.DeleteDataSet(pb.DeleteDataSetRequest(data_set=data_set))

    def report(self, job: str, task: str) -> list[dict[str, Any]]:
        """See `Kernel.report`."""
        blocks: list[dict[str, Any]] = canonical.loads(
            self._stub.GetReport(pb.GetReportRequest(job=job, task=task)).report or b"[]"
        )
        return blocks

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        """See `Kernel.output`."""
        request = pb.ReadOutputRequest(job=job, task=task, output=port, format=form)
        for part in self._stub.ReadOutput(request, timeout=_READ_S):
            yield part.chunk

    def disks(self) -> list[DiskUse]:
        """See `Kernel.disks`."""
        return disk_uses(self._stub.GetDisk(pb.GetDiskRequest()).disks)

    def logs(self, job: str, task: str, wanted: LogSearch) -> LogPage:
        """See `Kernel.logs`."""
        answer = self._stub.ReadLogs(
            pb.ReadLogsRequest(
                job=job,
                task=task,
                attempt=wanted.attempt,
                after_line=wanted.after,
                text=wanted.text,
                level=wanted.level,
                page_size=wanted.limit,
            )
        )
        return LogPage(
            list(answer.lines),
            list(answer.numbers),
            answer.next_line,
            answer.matching,
            answer.total,
            answer.first_error,
            list(answer.attempts),
        )

    def version(self, data_set: str) -> str:
        """See `Kernel.version`."""
        return self._stub.GetDataSet(pb.GetDataSetRequest(data_set=data_set)).data_set.version

    def room(self) -> DiskUse:
        """See `Kernel.room`."""
        (disk,) = disk_uses(self._stub.GetDisk(pb.GetDiskRequest(room_only=True)).disks)
        return disk

    def ping(self) -> None:
        """See `Kernel.ping`."""
        self._stub.ListComponents(pb.ListComponentsRequest(), timeout=_PING_S)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _CHUNK):
            yield chunk[start : start + _CHUNK]


def _staged(upload: pb.Upload) -> Staged:
    return Staged(
        upload.upload, upload.file_name, upload.total_bytes, upload.received, upload.sha256, upload.expires_ms
    )


def _settings(reading: Reading) -> pb.ReadSettings:
    return pb.ReadSettings(encoding=reading.encoding, delimiter=reading.delimiter, types=dict(reading.types))


def _data_set(made: pb.DataSet, name: str) -> DataSet:
    return DataSet(
        data_set=made.data_set,
        name=name,
        rows=made.rows,
        columns=tuple(Column(c.name, c.type, c.missing, c.distinct) for c in made.columns),
        id_column=made.id_column,
        label_column=made.label_column,
        version=made.version,
        bytes=made.bytes,
    )
