"""KernelService: parse, one call, render."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import grpc

from common import canonical
from common.errors import InvalidInput
from kernel.api.rpc.uploads import UploadServicer, data_set_message
from kernel.core.registry import components
from kernel.domain.task import TaskStatus
from kernel.service.data_sets import DataSets
from kernel.service.folders import Folders
from kernel.service.importing import Order
from kernel.service.results import Results
from kernel.service.tasks import Tasks
from kernel.service.uploads import Uploads
from kernel.store.layout import Layout
from proto.common.v1 import disk_pb2
from proto.kernel.v1 import kernel_pb2 as pb


class KernelServicer(UploadServicer):
    """Answers board and flow of the same member."""

    def __init__(
        self,
        data_sets: DataSets,
        uploads: Uploads,
        folders: Folders,
        databases: Mapping[str, Path | None],
        tasks: Tasks,
        results: Results,
        layout: Layout,
    ) -> None:
        super().__init__(data_sets, uploads, folders, databases)
        self._tasks, self._results, self._layout = tasks, results, layout

    def ListComponents(
        self, request: pb.ListComponentsRequest, context: grpc.ServicerContext
    ) -> pb.ListComponentsResponse:
        catalogue = canonical.dumps(
            [component.manifest() | {"hash": component.manifest_hash.hex()} for component in components().values()]
        )
        return pb.ListComponentsResponse(catalogue=catalogue, hash=hashlib.sha256(catalogue).digest())

    def Import(self, request_iterator: Iterator[pb.ImportRequest], context: grpc.ServicerContext) -> pb.ImportResponse:
        first = next(request_iterator, None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidInput("an import starts with its header")
        header = first.header
        order = Order(
            data_set=header.data_set,
            name=header.name,
            file_name=header.file_name,
            total_bytes=header.total_bytes,
            id_column=header.id_column,
            label_column=header.label_column,
            encoding=header.encoding,
            duplicates=header.duplicates or "refuse",
        )
        about = self._data_sets.import_file(order, (part.chunk for part in request_iterator))
        return pb.ImportResponse(data_set=data_set_message(about))

    def GetDisk(self, request: pb.GetDiskRequest, context: grpc.ServicerContext) -> pb.GetDiskResponse:
        disks = [self._layout.room()] if request.room_only else self._layout.disks()
        return pb.GetDiskResponse(disks=[disk_pb2.DiskUse(**asdict(disk)) for disk in disks])

    def GetDataSet(self, request: pb.GetDataSetRequest, context: grpc.ServicerContext) -> pb.GetDataSetResponse:
        return pb.GetDataSetResponse(data_set=data_set_message(self._data_sets.describe(request.data_set)))

    def Preview(self, request: pb.PreviewRequest, context: grpc.ServicerContext) -> pb.PreviewResponse:
        return pb.PreviewResponse(arrow=self._data_sets.preview(request.data_set, request.rows))

    def DeleteDataSet(
        self, request: pb.DeleteDataSetRequest, context: grpc.ServicerContext
    ) -> pb.DeleteDataSetResponse:
        self._data_sets.delete(request.data_set)
        return pb.DeleteDataSetResponse()

    def StartTask(self, request: pb.StartTaskRequest, context: grpc.ServicerContext) -> pb.StartTaskResponse:
        spec = request.spec
        self._tasks.start(
            {
                "job": spec.job,
                "task": spec.task,
                "attempt": spec.attempt,
                "component": spec.component,
                "component_version": spec.component_version,
                "params": canonical.loads(spec.params),
                "parties": [{"member": p.member, "role": p.role, "index": p.index} for p in spec.parties],
                "member": spec.member,
                "inputs": [
                    {
                        "port": item.port,
                        "task": item.task,
                        "output": item.output,
                        "job": item.job,
                        "version": item.version,
                    }
                    for item in spec.inputs
                ],
                "resume": spec.resume,
            }
        )
        return pb.StartTaskResponse()

    def StopTask(self, request: pb.StopTaskRequest, context: grpc.ServicerContext) -> pb.StopTaskResponse:
        self._tasks.stop(request.job, request.task)
        return pb.StopTaskResponse()

    def GetTask(self, request: pb.GetTaskRequest, context: grpc.ServicerContext) -> pb.GetTaskResponse:
        return pb.GetTaskResponse(status=_status(self._tasks.get(request.job, request.task)))

    def WatchTasks(
        self, request: pb.WatchTasksRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.WatchTasksResponse]:
        wanted = threading.Event()
        wanted.set()
        context.add_callback(wanted.clear)
        for status in self._tasks.watch(request.job, wanted):
            yield pb.WatchTasksResponse(status=_status(status))

    def GetReport(self, request: pb.GetReportRequest, context: grpc.ServicerContext) -> pb.GetReportResponse:
        return pb.GetReportResponse(report=self._results.report(request.job, request.task))

    def ReadOutput(
        self, request: pb.ReadOutputRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ReadOutputResponse]:
        for chunk in self._results.output(request.job, request.task, request.output, request.format):
            yield pb.ReadOutputResponse(chunk=chunk)

    def ReadLogs(self, request: pb.ReadLogsRequest, context: grpc.ServicerContext) -> pb.ReadLogsResponse:
        page, attempts = self._results.logs(
            request.job,
            request.task,
            request.attempt,
            text=request.text,
            level=request.level,
            after=request.after_line,
            size=request.page_size,
        )
        return pb.ReadLogsResponse(
            lines=page.lines,
            next_line=request.after_line + len(page.lines),
            matching=page.matching,
            total=page.total,
            numbers=page.numbers,
            first_error=page.first_error,
            attempts=attempts,
        )

    def ReleaseJob(self, request: pb.ReleaseJobRequest, context: grpc.ServicerContext) -> pb.ReleaseJobResponse:
        self._tasks.release(request.job)
        return pb.ReleaseJobResponse()


def _status(status: TaskStatus) -> pb.TaskStatus:
    values = asdict(status)
    failure = values.pop("failure")
    return pb.TaskStatus(**values, failure=pb.Failure(**failure) if failure else None)
