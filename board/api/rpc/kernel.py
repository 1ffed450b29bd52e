"""The board's client of the own kernel."""

import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from board.domain.data_sets import Column, DataSet
from board.service.ports import LogPage, LogSearch, Upload
from common import canonical
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

    def space(self) -> tuple[int, int]:
        """See `Kernel.space`."""
        answer = self._stub.GetSpace(pb.GetSpaceRequest())
        return answer.free_bytes, answer.total_bytes

    def ping(self) -> None:
        """See `Kernel.ping`."""
        self._stub.ListComponents(pb.ListComponentsRequest(), timeout=_PING_S)
