from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskOffer(_message.Message):
    __slots__ = ("task", "name", "receiver_rows", "key_bits", "key_rule", "share_result", "proposer_role")
    TASK_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_ROWS_FIELD_NUMBER: _ClassVar[int]
    KEY_BITS_FIELD_NUMBER: _ClassVar[int]
    KEY_RULE_FIELD_NUMBER: _ClassVar[int]
    SHARE_RESULT_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_ROLE_FIELD_NUMBER: _ClassVar[int]
    task: str
    name: str
    receiver_rows: int
    key_bits: int
    key_rule: str
    share_result: bool
    proposer_role: str
    def __init__(self, task: _Optional[str] = ..., name: _Optional[str] = ..., receiver_rows: _Optional[int] = ..., key_bits: _Optional[int] = ..., key_rule: _Optional[str] = ..., share_result: _Optional[bool] = ..., proposer_role: _Optional[str] = ...) -> None: ...

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

class GetKeyRequest(_message.Message):
    __slots__ = ("task", "receiver_rows")
    TASK_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_ROWS_FIELD_NUMBER: _ClassVar[int]
    task: str
    receiver_rows: int
    def __init__(self, task: _Optional[str] = ..., receiver_rows: _Optional[int] = ...) -> None: ...

class GetKeyResponse(_message.Message):
    __slots__ = ("state", "modulus", "exponent", "roots", "sender_rows", "salt", "reason")
    STATE_FIELD_NUMBER: _ClassVar[int]
    MODULUS_FIELD_NUMBER: _ClassVar[int]
    EXPONENT_FIELD_NUMBER: _ClassVar[int]
    ROOTS_FIELD_NUMBER: _ClassVar[int]
    SENDER_ROWS_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    state: str
    modulus: bytes
    exponent: int
    roots: _containers.RepeatedScalarFieldContainer[bytes]
    sender_rows: int
    salt: bytes
    reason: str
    def __init__(self, state: _Optional[str] = ..., modulus: _Optional[bytes] = ..., exponent: _Optional[int] = ..., roots: _Optional[_Iterable[bytes]] = ..., sender_rows: _Optional[int] = ..., salt: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class SignRequest(_message.Message):
    __slots__ = ("task", "batch", "blinded")
    TASK_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    BLINDED_FIELD_NUMBER: _ClassVar[int]
    task: str
    batch: int
    blinded: bytes
    def __init__(self, task: _Optional[str] = ..., batch: _Optional[int] = ..., blinded: _Optional[bytes] = ...) -> None: ...

class SignResponse(_message.Message):
    __slots__ = ("signed",)
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    signed: bytes
    def __init__(self, signed: _Optional[bytes] = ...) -> None: ...

class TagsRequest(_message.Message):
    __slots__ = ("task",)
    TASK_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    task: str
    def __init__(self, task: _Optional[str] = ..., **kwargs) -> None: ...

class TagsResponse(_message.Message):
    __slots__ = ("tags",)
    TAGS_FIELD_NUMBER: _ClassVar[int]
    tags: bytes
    def __init__(self, tags: _Optional[bytes] = ...) -> None: ...

class FinishRequest(_message.Message):
    __slots__ = ("task", "intersection", "common_tags")
    TASK_FIELD_NUMBER: _ClassVar[int]
    INTERSECTION_FIELD_NUMBER: _ClassVar[int]
    COMMON_TAGS_FIELD_NUMBER: _ClassVar[int]
    task: str
    intersection: int
    common_tags: bytes
    def __init__(self, task: _Optional[str] = ..., intersection: _Optional[int] = ..., common_tags: _Optional[bytes] = ...) -> None: ...

class FinishResponse(_message.Message):
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
