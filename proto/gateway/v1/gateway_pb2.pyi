from proto.common.v1 import disk_pb2 as _disk_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MessageKey(_message.Message):
    __slots__ = ("job", "task", "attempt", "message", "step", "sender", "receiver")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    message: str
    step: str
    sender: str
    receiver: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., message: _Optional[str] = ..., step: _Optional[str] = ..., sender: _Optional[str] = ..., receiver: _Optional[str] = ...) -> None: ...

class TaskGrant(_message.Message):
    __slots__ = ("job", "task", "attempt", "component", "component_version", "component_hash", "parties", "messages", "expires_ms")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_HASH_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_MS_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    attempt: int
    component: str
    component_version: str
    component_hash: bytes
    parties: _containers.RepeatedCompositeFieldContainer[GrantedParty]
    messages: _containers.RepeatedCompositeFieldContainer[GrantedMessage]
    expires_ms: int
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., component: _Optional[str] = ..., component_version: _Optional[str] = ..., component_hash: _Optional[bytes] = ..., parties: _Optional[_Iterable[_Union[GrantedParty, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[GrantedMessage, _Mapping]]] = ..., expires_ms: _Optional[int] = ...) -> None: ...

class GrantedParty(_message.Message):
    __slots__ = ("member", "role")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    member: str
    role: str
    def __init__(self, member: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...

class GrantedMessage(_message.Message):
    __slots__ = ("name", "from_role", "to_role", "carries", "max_bytes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FROM_ROLE_FIELD_NUMBER: _ClassVar[int]
    TO_ROLE_FIELD_NUMBER: _ClassVar[int]
    CARRIES_FIELD_NUMBER: _ClassVar[int]
    MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    name: str
    from_role: str
    to_role: str
    carries: str
    max_bytes: int
    def __init__(self, name: _Optional[str] = ..., from_role: _Optional[str] = ..., to_role: _Optional[str] = ..., carries: _Optional[str] = ..., max_bytes: _Optional[int] = ...) -> None: ...

class OpenTaskRequest(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: TaskGrant
    def __init__(self, grant: _Optional[_Union[TaskGrant, _Mapping]] = ...) -> None: ...

class OpenTaskResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CloseTaskRequest(_message.Message):
    __slots__ = ("job", "task")
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    job: str
    task: str
    def __init__(self, job: _Optional[str] = ..., task: _Optional[str] = ...) -> None: ...

class CloseTaskResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SendHeader(_message.Message):
    __slots__ = ("key", "total_bytes", "sha256")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    key: MessageKey
    total_bytes: int
    sha256: bytes
    def __init__(self, key: _Optional[_Union[MessageKey, _Mapping]] = ..., total_bytes: _Optional[int] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class SendRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: SendHeader
    chunk: bytes
    def __init__(self, header: _Optional[_Union[SendHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class SendResponse(_message.Message):
    __slots__ = ("duplicate",)
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    def __init__(self, duplicate: _Optional[bool] = ...) -> None: ...

class ReceiveRequest(_message.Message):
    __slots__ = ("key", "wait_ms")
    KEY_FIELD_NUMBER: _ClassVar[int]
    WAIT_MS_FIELD_NUMBER: _ClassVar[int]
    key: MessageKey
    wait_ms: int
    def __init__(self, key: _Optional[_Union[MessageKey, _Mapping]] = ..., wait_ms: _Optional[int] = ...) -> None: ...

class ReceiveResponse(_message.Message):
    __slots__ = ("chunk", "total_bytes")
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    chunk: bytes
    total_bytes: int
    def __init__(self, chunk: _Optional[bytes] = ..., total_bytes: _Optional[int] = ...) -> None: ...

class CallRequest(_message.Message):
    __slots__ = ("member", "method", "request", "timeout_ms")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    member: str
    method: str
    request: bytes
    timeout_ms: int
    def __init__(self, member: _Optional[str] = ..., method: _Optional[str] = ..., request: _Optional[bytes] = ..., timeout_ms: _Optional[int] = ...) -> None: ...

class CallResponse(_message.Message):
    __slots__ = ("response",)
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    response: bytes
    def __init__(self, response: _Optional[bytes] = ...) -> None: ...

class Egress(_message.Message):
    __slots__ = ("time_ms", "member", "job", "task", "attempt", "component", "message", "kind", "bytes", "sha256", "id")
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    time_ms: int
    member: str
    job: str
    task: str
    attempt: int
    component: str
    message: str
    kind: str
    bytes: int
    sha256: bytes
    id: int
    def __init__(self, time_ms: _Optional[int] = ..., member: _Optional[str] = ..., job: _Optional[str] = ..., task: _Optional[str] = ..., attempt: _Optional[int] = ..., component: _Optional[str] = ..., message: _Optional[str] = ..., kind: _Optional[str] = ..., bytes: _Optional[int] = ..., sha256: _Optional[bytes] = ..., id: _Optional[int] = ...) -> None: ...

class ListEgressRequest(_message.Message):
    __slots__ = ("job", "after", "page_size")
    JOB_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    job: str
    after: int
    page_size: int
    def __init__(self, job: _Optional[str] = ..., after: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class ListEgressResponse(_message.Message):
    __slots__ = ("lines", "next_after")
    LINES_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[Egress]
    next_after: int
    def __init__(self, lines: _Optional[_Iterable[_Union[Egress, _Mapping]]] = ..., next_after: _Optional[int] = ...) -> None: ...

class SumEgressRequest(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: str
    def __init__(self, job: _Optional[str] = ...) -> None: ...

class EgressSum(_message.Message):
    __slots__ = ("task", "member", "bytes", "messages")
    TASK_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    task: str
    member: str
    bytes: int
    messages: int
    def __init__(self, task: _Optional[str] = ..., member: _Optional[str] = ..., bytes: _Optional[int] = ..., messages: _Optional[int] = ...) -> None: ...

class SumEgressResponse(_message.Message):
    __slots__ = ("bytes_by_kind", "by_task")
    class BytesByKindEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    BYTES_BY_KIND_FIELD_NUMBER: _ClassVar[int]
    BY_TASK_FIELD_NUMBER: _ClassVar[int]
    bytes_by_kind: _containers.ScalarMap[str, int]
    by_task: _containers.RepeatedCompositeFieldContainer[EgressSum]
    def __init__(self, bytes_by_kind: _Optional[_Mapping[str, int]] = ..., by_task: _Optional[_Iterable[_Union[EgressSum, _Mapping]]] = ...) -> None: ...

class ProbePeerRequest(_message.Message):
    __slots__ = ("member",)
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    member: str
    def __init__(self, member: _Optional[str] = ...) -> None: ...

class ProbePeerResponse(_message.Message):
    __slots__ = ("reachable", "round_trip_ms", "problem")
    REACHABLE_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_MS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    reachable: bool
    round_trip_ms: float
    problem: str
    def __init__(self, reachable: _Optional[bool] = ..., round_trip_ms: _Optional[float] = ..., problem: _Optional[str] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("blacklist", "allow_ips")
    BLACKLIST_FIELD_NUMBER: _ClassVar[int]
    ALLOW_IPS_FIELD_NUMBER: _ClassVar[int]
    blacklist: _containers.RepeatedScalarFieldContainer[str]
    allow_ips: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, blacklist: _Optional[_Iterable[str]] = ..., allow_ips: _Optional[_Iterable[str]] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ...) -> None: ...

class SetPolicyRequest(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ...) -> None: ...

class SetPolicyResponse(_message.Message):
    __slots__ = ("policy",)
    POLICY_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ...) -> None: ...

class GetTrafficRequest(_message.Message):
    __slots__ = ("from_ms",)
    FROM_MS_FIELD_NUMBER: _ClassVar[int]
    from_ms: int
    def __init__(self, from_ms: _Optional[int] = ...) -> None: ...

class PartnerTraffic(_message.Message):
    __slots__ = ("member", "sent_messages", "sent_bytes", "waiting_messages", "waiting_bytes", "waiting_since_ms")
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    SENT_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    SENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    WAITING_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    WAITING_BYTES_FIELD_NUMBER: _ClassVar[int]
    WAITING_SINCE_MS_FIELD_NUMBER: _ClassVar[int]
    member: str
    sent_messages: int
    sent_bytes: int
    waiting_messages: int
    waiting_bytes: int
    waiting_since_ms: int
    def __init__(self, member: _Optional[str] = ..., sent_messages: _Optional[int] = ..., sent_bytes: _Optional[int] = ..., waiting_messages: _Optional[int] = ..., waiting_bytes: _Optional[int] = ..., waiting_since_ms: _Optional[int] = ...) -> None: ...

class GetTrafficResponse(_message.Message):
    __slots__ = ("partners",)
    PARTNERS_FIELD_NUMBER: _ClassVar[int]
    partners: _containers.RepeatedCompositeFieldContainer[PartnerTraffic]
    def __init__(self, partners: _Optional[_Iterable[_Union[PartnerTraffic, _Mapping]]] = ...) -> None: ...

class GetDiskRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetDiskResponse(_message.Message):
    __slots__ = ("disks",)
    DISKS_FIELD_NUMBER: _ClassVar[int]
    disks: _containers.RepeatedCompositeFieldContainer[_disk_pb2.DiskUse]
    def __init__(self, disks: _Optional[_Iterable[_Union[_disk_pb2.DiskUse, _Mapping]]] = ...) -> None: ...

class DeliverHeader(_message.Message):
    __slots__ = ("key", "total_bytes", "sha256", "from_byte")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_BYTES_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    FROM_BYTE_FIELD_NUMBER: _ClassVar[int]
    key: MessageKey
    total_bytes: int
    sha256: bytes
    from_byte: int
    def __init__(self, key: _Optional[_Union[MessageKey, _Mapping]] = ..., total_bytes: _Optional[int] = ..., sha256: _Optional[bytes] = ..., from_byte: _Optional[int] = ...) -> None: ...

class DeliverRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: DeliverHeader
    chunk: bytes
    def __init__(self, header: _Optional[_Union[DeliverHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ResumePointRequest(_message.Message):
    __slots__ = ("header",)
    HEADER_FIELD_NUMBER: _ClassVar[int]
    header: DeliverHeader
    def __init__(self, header: _Optional[_Union[DeliverHeader, _Mapping]] = ...) -> None: ...

class ResumePointResponse(_message.Message):
    __slots__ = ("delivered", "bytes")
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    delivered: bool
    bytes: int
    def __init__(self, delivered: _Optional[bool] = ..., bytes: _Optional[int] = ...) -> None: ...

class DeliverResponse(_message.Message):
    __slots__ = ("duplicate",)
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    def __init__(self, duplicate: _Optional[bool] = ...) -> None: ...

class PeerRelayRequest(_message.Message):
    __slots__ = ("method", "request")
    METHOD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    method: str
    request: bytes
    def __init__(self, method: _Optional[str] = ..., request: _Optional[bytes] = ...) -> None: ...

class PeerRelayResponse(_message.Message):
    __slots__ = ("response",)
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    response: bytes
    def __init__(self, response: _Optional[bytes] = ...) -> None: ...

class HelloRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HelloResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: str
    def __init__(self, version: _Optional[str] = ...) -> None: ...
