"""The part of KernelService that brings data in: pieces of files, opened folders, databases, detection, import."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import grpc

from common import canonical
from common.errors import InvalidInput, ResourceExhausted
from kernel.service.csv_file import Reading
from kernel.service.data_sets import DataSets
from kernel.service.detect import detect
from kernel.service.folders import Folders
from kernel.service.importing import Order
from kernel.service.uploads import Upload, Uploads
from kernel.store.query import opened_query
from proto.kernel.v1 import kernel_pb2 as pb
from proto.kernel.v1.kernel_pb2_grpc import KernelServiceServicer

_QUERIES_AT_ONCE = 2


class UploadServicer(KernelServiceServicer):
    """Answers the board of the same member."""

    def __init__(
        self, data_sets: DataSets, uploads: Uploads, folders: Folders, databases: Mapping[str, Path | None]
    ) -> None:
        self._data_sets, self._uploads, self._folders, self._databases = data_sets, uploads, folders, databases
        self._querying = threading.BoundedSemaphore(_QUERIES_AT_ONCE)

    def BeginUpload(self, request: pb.BeginUploadRequest, context: grpc.ServicerContext) -> pb.BeginUploadResponse:
        begun = self._uploads.begin(request.upload, request.file_name, request.total_bytes, request.sha256)
        return pb.BeginUploadResponse(upload=_upload(begun))

    def PutUpload(
        self, request_iterator: Iterator[pb.PutUploadRequest], context: grpc.ServicerContext
    ) -> pb.PutUploadResponse:
        first = next(request_iterator, None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidInput("a piece starts with its header")
        header = first.header
        chunks = (part.chunk for part in request_iterator)
        return pb.PutUploadResponse(
            upload=_upload(self._uploads.put(header.upload, header.offset, header.sha256, chunks))
        )

    def GetUpload(self, request: pb.GetUploadRequest, context: grpc.ServicerContext) -> pb.GetUploadResponse:
        return pb.GetUploadResponse(upload=_upload(self._uploads.get(request.upload)))

    def DropUpload(self, request: pb.DropUploadRequest, context: grpc.ServicerContext) -> pb.DropUploadResponse:
        self._uploads.drop(request.upload)
        return pb.DropUploadResponse()

    def ListFolder(self, request: pb.ListFolderRequest, context: grpc.ServicerContext) -> pb.ListFolderResponse:
        entries = self._folders.entries(request.path)
        return pb.ListFolderResponse(
            entries=[pb.FolderEntry(path=e.path, folder=e.folder, bytes=e.bytes) for e in entries],
            databases=self._databases,
        )

    def StagePath(self, request: pb.StagePathRequest, context: grpc.ServicerContext) -> pb.StagePathResponse:
        staged = self._uploads.stage(request.upload, self._folders.file(request.path))
        return pb.StagePathResponse(upload=_upload(staged))

    def StageQuery(self, request: pb.StageQueryRequest, context: grpc.ServicerContext) -> pb.StageQueryResponse:
        query = opened_query(
            self._databases,
            system=request.system,
            host=request.host,
            port=request.port,
            database=request.database,
            user=request.user,
            password=request.password,
            query=request.query,
            table=request.table,
        )
        name = f"{request.table.rpartition('.')[2] or 'query'}.csv"
        # Each holds a thread of this service for up to half an hour; tasks need them, too.
        if not self._querying.acquire(blocking=False):
            raise ResourceExhausted(
                f"{_QUERIES_AT_ONCE} databases are being read", hint="Try again when one of them has been read."
            )
        try:
            kept = self._uploads.keep_rows(request.upload, name, query.rows(), query.types)
        finally:
            self._querying.release()
        return pb.StageQueryResponse(upload=_upload(kept))

    def Detect(self, request: pb.DetectRequest, context: grpc.ServicerContext) -> pb.DetectResponse:
        upload = self._uploads.get(request.upload)
        found = detect(self._path(upload), _kind(upload), _reading(upload, request.settings))
        return pb.DetectResponse(found=canonical.dumps(found))

    def ImportUpload(self, request: pb.ImportUploadRequest, context: grpc.ServicerContext) -> pb.ImportUploadResponse:
        upload, header = self._uploads.get(request.upload), request.header
        order = Order(
            data_set=header.data_set,
            name=header.name,
            file_name=upload.file_name,
            total_bytes=upload.total_bytes,
            id_column=header.id_column,
            label_column=header.label_column,
            duplicates=header.duplicates or "refuse",
            reading=_reading(upload, request.settings),
            leave_out=tuple(request.leave_out),
            id_columns=tuple(request.id_columns),
        )
        about = self._data_sets.import_path(order, self._path(upload))
        self._uploads.drop(upload.upload)
        return pb.ImportUploadResponse(data_set=data_set_message(about))

    def _path(self, upload: Upload) -> Path:
        """Return where the file lies; one of the operator's must still lie in an opened folder."""
        path = self._uploads.path(upload.upload)
        return self._folders.file(upload.source) if upload.source else path

    def GetStatistics(
        self, request: pb.GetStatisticsRequest, context: grpc.ServicerContext
    ) -> pb.GetStatisticsResponse:
        return pb.GetStatisticsResponse(statistics=self._data_sets.statistics(request.data_set))


def data_set_message(about: dict[str, object]) -> pb.DataSet:
    """Render a description."""
    message = pb.DataSet()
    for name, value in about.items():
        if name == "columns":
            message.columns.extend(pb.Column(**column) for column in value)  # type: ignore[attr-defined]
        else:
            setattr(message, name, value)
    return message


def _upload(upload: Upload) -> pb.Upload:
    return pb.Upload(
        upload=upload.upload,
        file_name=upload.file_name,
        total_bytes=upload.total_bytes,
        received=upload.received,
        sha256=upload.sha256,
        expires_ms=upload.expires_ms,
    )


def _kind(upload: Upload) -> str:
    return Path(upload.file_name).suffix.lower()


def _reading(upload: Upload, settings: pb.ReadSettings) -> Reading:
    """Types of a query's columns are known; what a person chose goes before them."""
    types = {**(upload.types or {}), **settings.types}
    if upload.types is not None:
        return Reading("utf-8", ",", types, only_empty_is_missing=True)
    return Reading(settings.encoding, settings.delimiter, types)
