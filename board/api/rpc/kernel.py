"""The board's client of the own kernel."""

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from board.api.rpc.disks import disk_uses
from board.domain.data_sets import Column, DataSet
from board.service.ports import Upload
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
            for chunk in chunks:
                for start in range(0, len(chunk), _CHUNK):
                    yield pb.ImportRequest(chunk=chunk[start : start + _CHUNK])

        made = self._stub.Import(parts(), timeout=_IMPORT_S).data_set
        return DataSet(
            data_set=made.data_set,
            name=upload.name,
            rows=made.rows,
            columns=tuple(Column(c.name, c.type, c.missing, c.distinct) for c in made.columns),
            id_column=made.id_column,
            label_column=made.label_column,
            version=made.version,
            bytes=made.bytes,
        )

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

    def logs(self, job: str, task: str, attempt: int, after_line: int) -> tuple[list[str], int]:
        """See `Kernel.logs`."""
        request = pb.ReadLogsRequest(job=job, task=task, attempt=attempt, after_line=after_line)
        answer = self._stub.ReadLogs(request)
        return list(answer.lines), answer.next_line

    def ping(self) -> None:
        """See `Kernel.ping`."""
        self._stub.ListComponents(pb.ListComponentsRequest(), timeout=_PING_S)
