from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskOffer(_message.Message):
    __slots__ = ("task", "name", "protocol", "learns", "key_rule", "proposer_role", "rows", "partner_rows_at_most", "salt", "shapes", "shapes_counted", "machine", "schedule", "repeat_cron", "repeat_until_ms")
    TASK_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    LEARNS_FIELD_NUMBER: _ClassVar[int]
    KEY_RULE_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_ROLE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    PARTNER_ROWS_AT_MOST_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    SHAPES_FIELD_NUMBER: _ClassVar[int]
    SHAPES_COUNTED_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    REPEAT_CRON_FIELD_NUMBER: _ClassVar[int]
    REPEAT_UNTIL_MS_FIELD_NUMBER: _ClassVar[int]
    task: str
    name: str
    protocol: str
    learns: str
    key_rule: str
    proposer_role: str
    rows: int
    partner_rows_at_most: int
    salt: bytes
    shapes: _containers.RepeatedCompositeFieldContainer[ShapeTag]
    shapes_counted: bool
    machine: Machine
    schedule: str
    repeat_cron: str
    repeat_until_ms: int
    def __init__(self, task: _Optional[str] = ..., name: _Optional[str] = ..., protocol: _Optional[str] = ..., learns: _Optional[str] = ..., key_rule: _Optional[str] = ..., proposer_role: _Optional[str] = ..., rows: _Optional[int] = ..., partner_rows_at_most: _Optional[int] = ..., salt: _Optional[bytes] = ..., shapes: _Optional[_Iterable[_Union[ShapeTag, _Mapping]]] = ..., shapes_counted: _Optional[bool] = ..., machine: _Optional[_Union[Machine, _Mapping]] = ..., schedule: _Optional[str] = ..., repeat_cron: _Optional[str] = ..., repeat_until_ms: _Optional[int] = ...) -> None: ...

class ShapeTag(_message.Message):
    __slots__ = ("tag", "tenths")
    TAG_FIELD_NUMBER: _ClassVar[int]
    TENTHS_FIELD_NUMBER: _ClassVar[int]
    tag: bytes
    tenths: int
    def __init__(self, tag: _Optional[bytes] = ..., tenths: _Optional[int] = ...) -> None: ...

class Machine(_message.Message):
    __slots__ = ("cores", "vectors")
    CORES_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    cores: int
    vectors: str
    def __init__(self, cores: _Optional[int] = ..., vectors: _Optional[str] = ...) -> None: ...

class ProposeRequest(_message.Message):
    __slots__ = ("offer",)
    OFFER_FIELD_NUMBER: _ClassVar[int]
    offer: TaskOffer
    def __init__(self, offer: _Optional[_Union[TaskOffer, _Mapping]] = ...) -> None: ...

class ProposeResponse(_message.Message):
    __slots__ = ("state", "reason")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    state: str
    reason: str
    def __init__(self, state: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class AcceptRequest(_message.Message):
    __slots__ = ("task", "rows", "protocol", "machine")
    TASK_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_FIELD_NUMBER: _ClassVar[int]
    MACHINE_FIELD_NUMBER: _ClassVar[int]
    task: str
    rows: int
    protocol: str
    machine: Machine
    def __init__(self, task: _Optional[str] = ..., rows: _Optional[int] = ..., protocol: _Optional[str] = ..., machine: _Optional[_Union[Machine, _Mapping]] = ...) -> None: ...

class AcceptResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeliverRequest(_message.Message):
    __slots__ = ("task", "step", "payload")
    TASK_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    task: str
    step: str
    payload: bytes
    def __init__(self, task: _Optional[str] = ..., step: _Optional[str] = ..., payload: _Optional[bytes] = ...) -> None: ...

class DeliverResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DoneRequest(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    task: str
    def __init__(self, task: _Optional[str] = ...) -> None: ...

class DoneResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EndRequest(_message.Message):
    __slots__ = ("task", "state", "reason")
    TASK_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    task: str
    state: str
    reason: str
    def __init__(self, task: _Optional[str] = ..., state: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class EndResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PauseRequest(_message.Message):
    __slots__ = ("task", "paused")
    TASK_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    task: str
    paused: bool
    def __init__(self, task: _Optional[str] = ..., paused: _Optional[bool] = ...) -> None: ...

class PauseResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProbeRequest(_message.Message):
    __slots__ = ("payload",)
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    payload: bytes
    def __init__(self, payload: _Optional[bytes] = ...) -> None: ...

class ProbeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GreetRequest(_message.Message):
    __slots__ = ("version", "oldest", "confirmed")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OLDEST_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    version: int
    oldest: int
    confirmed: bool
    def __init__(self, version: _Optional[int] = ..., oldest: _Optional[int] = ..., confirmed: _Optional[bool] = ...) -> None: ...

class GreetResponse(_message.Message):
    __slots__ = ("version", "oldest", "confirmed")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OLDEST_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    version: int
    oldest: int
    confirmed: bool
    def __init__(self, version: _Optional[int] = ..., oldest: _Optional[int] = ..., confirmed: _Optional[bool] = ...) -> None: ...
