from proto.common.v1 import disk_pb2 as _disk_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListComponentsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListComponentsResponse(_message.Message):
    __slots__ = ("catalogue", "hash")
    CATALOGUE_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    catalogue: bytes
    hash: bytes
    def __init__(self, catalogue: _Optional[bytes] = ..., hash: _Optional[bytes] = ...) -> None: ...

class ImportHeader(_message.Message):
    __slots__ = ("data_set", "name", "file_name", "total_bytes", "id_column", "label_column", "encoding", "duplicates")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    ID_COLUMN_FIELD_NUMBER: _ClassVar[int]
    LABEL_COLUMN_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    name: str
    file_name: str
    total_bytes: int
    id_column: str
    label_column: str
    encoding: str
    duplicates: str
    def __init__(self, data_set: _Optional[str] = ..., name: _Optional[str] = ..., file_name: _Optional[str] = ..., total_bytes: _Optional[int] = ..., id_column: _Optional[str] = ..., label_column: _Optional[str] = ..., encoding: _Optional[str] = ..., duplicates: _Optional[str] = ...) -> None: ...

class ImportRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: ImportHeader
    chunk: bytes
    def __init__(self, header: _Optional[_Union[ImportHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class Column(_message.Message):
    __slots__ = ("name", "type", "missing", "distinct")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: str
    missing: int
    distinct: int
    def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ..., missing: _Optional[int] = ..., distinct: _Optional[int] = ...) -> None: ...

class DataSet(_message.Message):
    __slots__ = ("data_set", "rows", "columns", "id_column", "label_column", "version", "bytes")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    ID_COLUMN_FIELD_NUMBER: _ClassVar[int]
    LABEL_COLUMN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    rows: int
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    id_column: str
    label_column: str
    version: str
    bytes: int
    def __init__(self, data_set: _Optional[str] = ..., rows: _Optional[int] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ..., id_column: _Optional[str] = ..., label_column: _Optional[str] = ..., version: _Optional[str] = ..., bytes: _Optional[int] = ...) -> None: ...

class ImportResponse(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: DataSet
    def __init__(self, data_set: _Optional[_Union[DataSet, _Mapping]] = ...) -> None: ...

class Upload(_message.Message):
    __slots__ = ("upload", "file_name", "total_bytes", "received", "sha256", "expires_ms")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    upload: str
    file_name: str
    total_bytes: int
    received: int
    sha256: str
    expires_ms: int
    def __init__(self, upload: _Optional[str] = ..., file_name: _Optional[str] = ..., total_bytes: _Optional[int] = ..., received: _Optional[int] = ..., sha256: _Optional[str] = ..., expires_ms: _Optional[int] = ...) -> None: ...

class BeginUploadRequest(_message.Message):
    __slots__ = ("upload", "file_name", "total_bytes", "sha256")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    upload: str
    file_name: str
    total_bytes: int
    sha256: str
    def __init__(self, upload: _Optional[str] = ..., file_name: _Optional[str] = ..., total_bytes: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class BeginUploadResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: Upload
    def __init__(self, upload: _Optional[_Union[Upload, _Mapping]] = ...) -> None: ...

class UploadPart(_message.Message):
    __slots__ = ("upload", "offset", "sha256")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    upload: str
    offset: int
    sha256: str
    def __init__(self, upload: _Optional[str] = ..., offset: _Optional[int] = ..., sha256: _Optional[str] = ...) -> None: ...

class PutUploadRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: UploadPart
    chunk: bytes
    def __init__(self, header: _Optional[_Union[UploadPart, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class PutUploadResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: Upload
    def __init__(self, upload: _Optional[_Union[Upload, _Mapping]] = ...) -> None: ...

class GetUploadRequest(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: str
    def __init__(self, upload: _Optional[str] = ...) -> None: ...

class GetUploadResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: Upload
    def __init__(self, upload: _Optional[_Union[Upload, _Mapping]] = ...) -> None: ...

class DropUploadRequest(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: str
    def __init__(self, upload: _Optional[str] = ...) -> None: ...

class DropUploadResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListFolderRequest(_message.Message):
    __slots__ = ("path",)
    PATH_FIELD_NUMBER: _ClassVar[int]
    path: str
    def __init__(self, path: _Optional[str] = ...) -> None: ...

class FolderEntry(_message.Message):
    __slots__ = ("path", "folder", "bytes")
    PATH_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    path: str
    folder: bool
    bytes: int
    def __init__(self, path: _Optional[str] = ..., folder: _Optional[bool] = ..., bytes: _Optional[int] = ...) -> None: ...

class ListFolderResponse(_message.Message):
    __slots__ = ("entries", "databases")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    DATABASES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[FolderEntry]
    databases: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, entries: _Optional[_Iterable[_Union[FolderEntry, _Mapping]]] = ..., databases: _Optional[_Iterable[str]] = ...) -> None: ...

class StagePathRequest(_message.Message):
    __slots__ = ("upload", "path")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    upload: str
    path: str
    def __init__(self, upload: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class StagePathResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: Upload
    def __init__(self, upload: _Optional[_Union[Upload, _Mapping]] = ...) -> None: ...

class StageQueryRequest(_message.Message):
    __slots__ = ("upload", "system", "host", "port", "database", "user", "password", "query", "table")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    DATABASE_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    upload: str
    system: str
    host: str
    port: int
    database: str
    user: str
    password: str
    query: str
    table: str
    def __init__(self, upload: _Optional[str] = ..., system: _Optional[str] = ..., host: _Optional[str] = ..., port: _Optional[int] = ..., database: _Optional[str] = ..., user: _Optional[str] = ..., password: _Optional[str] = ..., query: _Optional[str] = ..., table: _Optional[str] = ...) -> None: ...

class StageQueryResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: Upload
    def __init__(self, upload: _Optional[_Union[Upload, _Mapping]] = ...) -> None: ...

class ReadSettings(_message.Message):
    __slots__ = ("encoding", "delimiter", "types")
    class TypesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    DELIMITER_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    encoding: str
    delimiter: str
    types: _containers.ScalarMap[str, str]
    def __init__(self, encoding: _Optional[str] = ..., delimiter: _Optional[str] = ..., types: _Optional[_Mapping[str, str]] = ...) -> None: ...

class DetectRequest(_message.Message):
    __slots__ = ("upload", "settings")
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    upload: str
    settings: ReadSettings
    def __init__(self, upload: _Optional[str] = ..., settings: _Optional[_Union[ReadSettings, _Mapping]] = ...) -> None: ...

class DetectResponse(_message.Message):
    __slots__ = ("found",)
    FOUND_FIELD_NUMBER: _ClassVar[int]
    found: bytes
    def __init__(self, found: _Optional[bytes] = ...) -> None: ...

class ImportUploadRequest(_message.Message):
    __slots__ = ("header", "upload", "settings", "leave_out", "id_columns")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    LEAVE_OUT_FIELD_NUMBER: _ClassVar[int]
    ID_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    header: ImportHeader
    upload: str
    settings: ReadSettings
    leave_out: _containers.RepeatedScalarFieldContainer[str]
    id_columns: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, header: _Optional[_Union[ImportHeader, _Mapping]] = ..., upload: _Optional[str] = ..., settings: _Optional[_Union[ReadSettings, _Mapping]] = ..., leave_out: _Optional[_Iterable[str]] = ..., id_columns: _Optional[_Iterable[str]] = ...) -> None: ...

class ImportUploadResponse(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: DataSet
    def __init__(self, data_set: _Optional[_Union[DataSet, _Mapping]] = ...) -> None: ...

class GetStatisticsRequest(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    def __init__(self, data_set: _Optional[str] = ...) -> None: ...

class GetStatisticsResponse(_message.Message):
    __slots__ = ("statistics",)
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    statistics: bytes
    def __init__(self, statistics: _Optional[bytes] = ...) -> None: ...

class GetDataSetRequest(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    def __init__(self, data_set: _Optional[str] = ...) -> None: ...

class GetDataSetResponse(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: DataSet
    def __init__(self, data_set: _Optional[_Union[DataSet, _Mapping]] = ...) -> None: ...

class PreviewRequest(_message.Message):
    __slots__ = ("data_set", "rows")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    rows: int
    def __init__(self, data_set: _Optional[str] = ..., rows: _Optional[int] = ...) -> None: ...

class PreviewResponse(_message.Message):
    __slots__ = ("arrow",)
    ARROW_FIELD_NUMBER: _ClassVar[int]
    arrow: bytes
    def __init__(self, arrow: _Optional[bytes] = ...) -> None: ...

class DeleteDataSetRequest(_message.Message):
    __slots__ = ("data_set",)
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    def __init__(self, data_set: _Optional[str] = ...) -> None: ...

class DeleteDataSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Party(_message.Message):
    __slots__ = ("member", "role", "index")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    member: str
    role: str
    index: int
    def __init__(self, member: _Optional[str] = ..., role: _Optional[str] = ..., index: _Optional[int] = ...) -> None: ...

class Input(_message.Message):
    __slots__ = ("port", "task", "output", "job", "version")
    PORT_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    port: str
    task: str
    output: str
    job: str
    version: str
    def __init__(self, port: _Optional[str] = ..., task: _Optional[str] = ..., output: _Optional[str] = ..., job: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class TaskSpec(_message.Message):
    __slots__ = ("job", "task", "attempt", "component", "component_version", "params", "parties", "member", "inputs", "deadline_ms", "resume")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARAMS_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    component: str
    component_version: str
    params: bytes
    parties: _containers.RepeatedCompositeFieldContainer[Party]
    member: str
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    deadline_ms: int
    resume: bool
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., component: _Optional[str] = ..., component_version: _Optional[str] = ..., params: _Optional[bytes] = ..., parties: _Optional[_Iterable[_Union[Party, _Mapping]]] = ..., member: _Optional[str] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., deadline_ms: _Optional[int] = ..., resume: _Optional[bool] = ...) -> None: ...

class StartTaskRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: TaskSpec
    def __init__(self, spec: _Optional[_Union[TaskSpec, _Mapping]] = ...) -> None: ...

class StartTaskResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StopTaskRequest(_message.Message):
    __slots__ = ("job", "task")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ...) -> None: ...

class StopTaskResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Failure(_message.Message):
    __slots__ = ("code", "detail", "public_detail", "hint", "party")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_DETAIL_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    code: str
    detail: str
    public_detail: str
    hint: str
    party: str
    def __init__(self, code: _Optional[str] = ..., detail: _Optional[str] = ..., public_detail: _Optional[str] = ..., hint: _Optional[str] = ..., party: _Optional[str] = ...) -> None: ...

class TaskStatus(_message.Message):
    __slots__ = ("job", "task", "attempt", "state", "progress", "step", "waiting_for", "failure", "outputs", "started_ms", "ended_ms", "revision")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    WAITING_FOR_FIELD_NUMBER: _ClassVar[int]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    STARTED_MS_FIELD_NUMBER: _ClassVar[int]
    ENDED_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    state: str
    progress: float
    step: str
    waiting_for: str
    failure: Failure
    outputs: _containers.RepeatedScalarFieldContainer[str]
    started_ms: int
    ended_ms: int
    revision: int
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., state: _Optional[str] = ..., progress: _Optional[float] = ..., step: _Optional[str] = ..., waiting_for: _Optional[str] = ..., failure: _Optional[_Union[Failure, _Mapping]] = ..., outputs: _Optional[_Iterable[str]] = ..., started_ms: _Optional[int] = ..., ended_ms: _Optional[int] = ..., revision: _Optional[int] = ...) -> None: ...

class GetTaskRequest(_message.Message):
    __slots__ = ("job", "task")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ...) -> None: ...

class GetTaskResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: TaskStatus
    def __init__(self, status: _Optional[_Union[TaskStatus, _Mapping]] = ...) -> None: ...

class WatchTasksRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class WatchTasksResponse(_message.Message):
    __slots__ = ("status",)
    STATUS_FIELD_NUMBER: _ClassVar[int]
    status: TaskStatus
    def __init__(self, status: _Optional[_Union[TaskStatus, _Mapping]] = ...) -> None: ...

class GetReportRequest(_message.Message):
    __slots__ = ("job", "task")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ...) -> None: ...

class GetReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: bytes
    def __init__(self, report: _Optional[bytes] = ...) -> None: ...

class ReadOutputRequest(_message.Message):
    __slots__ = ("job", "task", "output", "format")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    output: str
    format: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., output: _Optional[str] = ..., format: _Optional[str] = ...) -> None: ...

class ReadOutputResponse(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    def __init__(self, chunk: _Optional[bytes] = ...) -> None: ...

class ReleaseJobRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class ReleaseJobResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReadLogsRequest(_message.Message):
    __slots__ = ("job", "task", "attempt", "after_line", "text", "level", "page_size")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    AFTER_LINE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    after_line: int
    text: str
    level: str
    page_size: int
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., after_line: _Optional[int] = ..., text: _Optional[str] = ..., level: _Optional[str] = ..., page_size: _Optional[int] = ...) -> None: ...

class ReadLogsResponse(_message.Message):
    __slots__ = ("lines", "next_line", "matching", "total", "numbers", "first_error", "attempts")
    LINES_FIELD_NUMBER: _ClassVar[int]
    NEXT_LINE_FIELD_NUMBER: _ClassVar[int]
    MATCHING_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FIRST_ERROR_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedScalarFieldContainer[str]
    next_line: int
    matching: int
    total: int
    numbers: _containers.RepeatedScalarFieldContainer[int]
    first_error: int
    attempts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, lines: _Optional[_Iterable[str]] = ..., next_line: _Optional[int] = ..., matching: _Optional[int] = ..., total: _Optional[int] = ..., numbers: _Optional[_Iterable[int]] = ..., first_error: _Optional[int] = ..., attempts: _Optional[_Iterable[int]] = ...) -> None: ...

class GetDiskRequest(_message.Message):
    __slots__ = ("room_only",)
    ROOM_ONLY_FIELD_NUMBER: _ClassVar[int]
    room_only: bool
    def __init__(self, room_only: _Optional[bool] = ...) -> None: ...

class GetDiskResponse(_message.Message):
    __slots__ = ("disks",)
    DISKS_FIELD_NUMBER: _ClassVar[int]
    disks: _containers.RepeatedCompositeFieldContainer[_disk_pb2.DiskUse]
    def __init__(self, disks: _Optional[_Iterable[_Union[_disk_pb2.DiskUse, _Mapping]]] = ...) -> None: ...
