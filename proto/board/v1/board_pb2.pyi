from proto.flow.v1 import flow_pb2 as _flow_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CheckJobRequest(_message.Message):
    __slots__ = ("spec", "origin")
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    spec: _flow_pb2.JobSpec
    origin: str
    def __init__(self, spec: _Optional[_Union[_flow_pb2.JobSpec, _Mapping]] = ..., origin: _Optional[str] = ...) -> None: ...

class CheckJobResponse(_message.Message):
    __slots__ = ("decision", "reason", "consent")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    decision: str
    reason: str
    consent: str
    def __init__(self, decision: _Optional[str] = ..., reason: _Optional[str] = ..., consent: _Optional[str] = ...) -> None: ...

class JobEndedRequest(_message.Message):
    __slots__ = ("job", "state")
    JOB_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    job: str
    state: str
    def __init__(self, job: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class JobEndedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PrepareRunRequest(_message.Message):
    __slots__ = ("schedule", "template", "max_age_days")
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATE_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    schedule: str
    template: _flow_pb2.JobSpec
    max_age_days: int
    def __init__(self, schedule: _Optional[str] = ..., template: _Optional[_Union[_flow_pb2.JobSpec, _Mapping]] = ..., max_age_days: _Optional[int] = ...) -> None: ...

class PrepareRunResponse(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: _flow_pb2.JobSpec
    def __init__(self, spec: _Optional[_Union[_flow_pb2.JobSpec, _Mapping]] = ...) -> None: ...

class ProjectTerms(_message.Message):
    __slots__ = ("project", "name", "purpose", "promoter", "providers", "components", "expires_ms")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PROMOTER_FIELD_NUMBER: _ClassVar[int]
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    project: str
    name: str
    purpose: str
    promoter: str
    providers: _containers.RepeatedScalarFieldContainer[str]
    components: _containers.RepeatedScalarFieldContainer[str]
    expires_ms: int
    def __init__(self, project: _Optional[str] = ..., name: _Optional[str] = ..., purpose: _Optional[str] = ..., promoter: _Optional[str] = ..., providers: _Optional[_Iterable[str]] = ..., components: _Optional[_Iterable[str]] = ..., expires_ms: _Optional[int] = ...) -> None: ...

class InviteRequest(_message.Message):
    __slots__ = ("terms", "transaction")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    terms: ProjectTerms
    transaction: str
    def __init__(self, terms: _Optional[_Union[ProjectTerms, _Mapping]] = ..., transaction: _Optional[str] = ...) -> None: ...

class InviteResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AnswerInvitationRequest(_message.Message):
    __slots__ = ("project", "accept", "reason", "transaction")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    accept: bool
    reason: str
    transaction: str
    def __init__(self, project: _Optional[str] = ..., accept: _Optional[bool] = ..., reason: _Optional[str] = ..., transaction: _Optional[str] = ...) -> None: ...

class AnswerInvitationResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OfferDataSetRequest(_message.Message):
    __slots__ = ("project", "data_set", "name", "version", "rows", "columns", "has_label")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    HAS_LABEL_FIELD_NUMBER: _ClassVar[int]
    project: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: _containers.RepeatedScalarFieldContainer[str]
    has_label: bool
    def __init__(self, project: _Optional[str] = ..., data_set: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[str] = ..., rows: _Optional[int] = ..., columns: _Optional[_Iterable[str]] = ..., has_label: _Optional[bool] = ...) -> None: ...

class OfferDataSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RequestDataSetRequest(_message.Message):
    __slots__ = ("project", "data_set", "message", "request", "columns", "components", "runs", "expires_ms", "newer_versions")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    NEWER_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    project: str
    data_set: str
    message: str
    request: str
    columns: _containers.RepeatedScalarFieldContainer[str]
    components: _containers.RepeatedScalarFieldContainer[str]
    runs: int
    expires_ms: int
    newer_versions: bool
    def __init__(self, project: _Optional[str] = ..., data_set: _Optional[str] = ..., message: _Optional[str] = ..., request: _Optional[str] = ..., columns: _Optional[_Iterable[str]] = ..., components: _Optional[_Iterable[str]] = ..., runs: _Optional[int] = ..., expires_ms: _Optional[int] = ..., newer_versions: _Optional[bool] = ...) -> None: ...

class RequestDataSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GrantedTerms(_message.Message):
    __slots__ = ("columns", "runs", "expires_ms", "newer_versions", "narrowed")
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    NEWER_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    NARROWED_FIELD_NUMBER: _ClassVar[int]
    columns: _containers.RepeatedScalarFieldContainer[str]
    runs: int
    expires_ms: int
    newer_versions: bool
    narrowed: bool
    def __init__(self, columns: _Optional[_Iterable[str]] = ..., runs: _Optional[int] = ..., expires_ms: _Optional[int] = ..., newer_versions: _Optional[bool] = ..., narrowed: _Optional[bool] = ...) -> None: ...

class AnswerRequestRequest(_message.Message):
    __slots__ = ("request", "approve", "reason", "consent", "granted")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    request: str
    approve: bool
    reason: str
    consent: str
    granted: GrantedTerms
    def __init__(self, request: _Optional[str] = ..., approve: _Optional[bool] = ..., reason: _Optional[str] = ..., consent: _Optional[str] = ..., granted: _Optional[_Union[GrantedTerms, _Mapping]] = ...) -> None: ...

class AnswerRequestResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProjectChangedRequest(_message.Message):
    __slots__ = ("project",)
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    project: str
    def __init__(self, project: _Optional[str] = ...) -> None: ...

class ProjectChangedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ShareDataSetRequest(_message.Message):
    __slots__ = ("data_set", "name", "version", "rows", "columns", "has_label", "tags", "withdrawn")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    HAS_LABEL_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    name: str
    version: str
    rows: int
    columns: _containers.RepeatedScalarFieldContainer[str]
    has_label: bool
    tags: _containers.RepeatedScalarFieldContainer[str]
    withdrawn: bool
    def __init__(self, data_set: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[str] = ..., rows: _Optional[int] = ..., columns: _Optional[_Iterable[str]] = ..., has_label: _Optional[bool] = ..., tags: _Optional[_Iterable[str]] = ..., withdrawn: _Optional[bool] = ...) -> None: ...

class ShareDataSetResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CheckReachRequest(_message.Message):
    __slots__ = ("test",)
    TEST_FIELD_NUMBER: _ClassVar[int]
    test: str
    def __init__(self, test: _Optional[str] = ...) -> None: ...

class CheckReachResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReachedRequest(_message.Message):
    __slots__ = ("test",)
    TEST_FIELD_NUMBER: _ClassVar[int]
    test: str
    def __init__(self, test: _Optional[str] = ...) -> None: ...

class ReachedResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AnnounceModelRequest(_message.Message):
    __slots__ = ("project", "job", "task", "model", "name")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    project: str
    job: str
    task: str
    model: str
    name: str
    def __init__(self, project: _Optional[str] = ..., job: _Optional[str] = ..., task: _Optional[str] = ..., model: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class AnnounceModelResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DataUse(_message.Message):
    __slots__ = ("data_set", "version", "columns", "label", "named")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    NAMED_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    version: str
    columns: _containers.RepeatedScalarFieldContainer[str]
    label: str
    named: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, data_set: _Optional[str] = ..., version: _Optional[str] = ..., columns: _Optional[_Iterable[str]] = ..., label: _Optional[str] = ..., named: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckDataRequest(_message.Message):
    __slots__ = ("project", "uses", "components", "newest", "max_age_days", "schedule")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_DAYS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    project: str
    uses: _containers.RepeatedCompositeFieldContainer[DataUse]
    components: _containers.RepeatedScalarFieldContainer[str]
    newest: bool
    max_age_days: int
    schedule: str
    def __init__(self, project: _Optional[str] = ..., uses: _Optional[_Iterable[_Union[DataUse, _Mapping]]] = ..., components: _Optional[_Iterable[str]] = ..., newest: _Optional[bool] = ..., max_age_days: _Optional[int] = ..., schedule: _Optional[str] = ...) -> None: ...

class FoundData(_message.Message):
    __slots__ = ("data_set", "newest", "version", "made_ms")
    DATA_SET_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    MADE_MS_FIELD_NUMBER: _ClassVar[int]
    data_set: str
    newest: str
    version: str
    made_ms: int
    def __init__(self, data_set: _Optional[str] = ..., newest: _Optional[str] = ..., version: _Optional[str] = ..., made_ms: _Optional[int] = ...) -> None: ...

class CheckDataResponse(_message.Message):
    __slots__ = ("data", "unlimited", "runs_left", "expires_ms", "newer_versions")
    DATA_FIELD_NUMBER: _ClassVar[int]
    UNLIMITED_FIELD_NUMBER: _ClassVar[int]
    RUNS_LEFT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    NEWER_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    data: _containers.RepeatedCompositeFieldContainer[FoundData]
    unlimited: bool
    runs_left: int
    expires_ms: int
    newer_versions: bool
    def __init__(self, data: _Optional[_Iterable[_Union[FoundData, _Mapping]]] = ..., unlimited: _Optional[bool] = ..., runs_left: _Optional[int] = ..., expires_ms: _Optional[int] = ..., newer_versions: _Optional[bool] = ...) -> None: ...
