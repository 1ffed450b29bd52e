from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_KIND_UNSPECIFIED: _ClassVar[RecordKind]
    RECORD_KIND_MEMBER: _ClassVar[RecordKind]
    RECORD_KIND_DATA_RESOURCE: _ClassVar[RecordKind]
    RECORD_KIND_PROJECT: _ClassVar[RecordKind]
    RECORD_KIND_CONSENT: _ClassVar[RecordKind]
    RECORD_KIND_ADMISSION: _ClassVar[RecordKind]
    RECORD_KIND_ANCHOR: _ClassVar[RecordKind]
    RECORD_KIND_CLOSING: _ClassVar[RecordKind]
RECORD_KIND_UNSPECIFIED: RecordKind
RECORD_KIND_MEMBER: RecordKind
RECORD_KIND_DATA_RESOURCE: RecordKind
RECORD_KIND_PROJECT: RecordKind
RECORD_KIND_CONSENT: RecordKind
RECORD_KIND_ADMISSION: RecordKind
RECORD_KIND_ANCHOR: RecordKind
RECORD_KIND_CLOSING: RecordKind

class SignedRecord(_message.Message):
    __slots__ = ("kind", "record_id", "body", "owner", "nonce", "signature")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    kind: RecordKind
    record_id: str
    body: bytes
    owner: str
    nonce: int
    signature: bytes
    def __init__(self, kind: _Optional[_Union[RecordKind, str]] = ..., record_id: _Optional[str] = ..., body: _Optional[bytes] = ..., owner: _Optional[str] = ..., nonce: _Optional[int] = ..., signature: _Optional[bytes] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("record", "transaction", "block", "time_ms", "status", "sequence")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    TIME_MS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    record: SignedRecord
    transaction: str
    block: int
    time_ms: int
    status: str
    sequence: int
    def __init__(self, record: _Optional[_Union[SignedRecord, _Mapping]] = ..., transaction: _Optional[str] = ..., block: _Optional[int] = ..., time_ms: _Optional[int] = ..., status: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class GetFederationRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetFederationResponse(_message.Message):
    __slots__ = ("federation_id", "salt", "contract", "governance", "threshold", "head", "block", "successor", "successor_chain_id")
    FEDERATION_ID_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_FIELD_NUMBER: _ClassVar[int]
    GOVERNANCE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    BLOCK_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    federation_id: str
    salt: bytes
    contract: str
    governance: _containers.RepeatedScalarFieldContainer[str]
    threshold: int
    head: int
    block: int
    successor: str
    successor_chain_id: int
    def __init__(self, federation_id: _Optional[str] = ..., salt: _Optional[bytes] = ..., contract: _Optional[str] = ..., governance: _Optional[_Iterable[str]] = ..., threshold: _Optional[int] = ..., head: _Optional[int] = ..., block: _Optional[int] = ..., successor: _Optional[str] = ..., successor_chain_id: _Optional[int] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: SignedRecord
    def __init__(self, record: _Optional[_Union[SignedRecord, _Mapping]] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: Entry
    def __init__(self, entry: _Optional[_Union[Entry, _Mapping]] = ...) -> None: ...

class NextNonceRequest(_message.Message):
    __slots__ = ("owner",)
    OWNER_FIELD_NUMBER: _ClassVar[int]
    owner: str
    def __init__(self, owner: _Optional[str] = ...) -> None: ...

class NextNonceResponse(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: int
    def __init__(self, nonce: _Optional[int] = ...) -> None: ...

class GetEntryRequest(_message.Message):
    __slots__ = ("kind", "record_id", "member")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECORD_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    kind: RecordKind
    record_id: str
    member: str
    def __init__(self, kind: _Optional[_Union[RecordKind, str]] = ..., record_id: _Optional[str] = ..., member: _Optional[str] = ...) -> None: ...

class GetEntryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: Entry
    def __init__(self, entry: _Optional[_Union[Entry, _Mapping]] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("kind", "after", "page_size", "owner_member", "text", "newest_only")
    KIND_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    OWNER_MEMBER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NEWEST_ONLY_FIELD_NUMBER: _ClassVar[int]
    kind: RecordKind
    after: int
    page_size: int
    owner_member: str
    text: str
    newest_only: bool
    def __init__(self, kind: _Optional[_Union[RecordKind, str]] = ..., after: _Optional[int] = ..., page_size: _Optional[int] = ..., owner_member: _Optional[str] = ..., text: _Optional[str] = ..., newest_only: _Optional[bool] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_after", "head")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    next_after: int
    head: int
    def __init__(self, entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., next_after: _Optional[int] = ..., head: _Optional[int] = ...) -> None: ...
