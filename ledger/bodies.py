"""The bodies of records, kind by kind: what a body has to hold before it goes on the ledger.

The ledger keeps everything for ever and shows it to every member, so bodies describe organisations and data sets,
never people.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from common import canonical
from common.errors import HanseError
from ledger.errors import RecordInvalid
from ledger.federation import Succession
from ledger.record import ACTIVE, CLOSED, Kind, Record

MAX_BODY_BYTES = 16 * 1024
# Callers with these ids are the union itself or words of access tables.
RESERVED_MEMBERS = frozenset({"union", "self", "anyone", "member"})

MemberId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
RecordId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Address = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(max_length=64)]
Digest = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]


class _Body(BaseModel):
    # Members of a later version may say more; the size of the whole is bounded.
    model_config = ConfigDict(strict=True, frozen=True, extra="allow")


class MemberBody(_Body):
    """Who a member is and how to reach and recognise it."""

    member: MemberId
    name: Name
    gateway: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-\[\]:]{1,253}:[0-9]{1,5}$")]
    signing_key: Key
    stream_key: Key
    tls_cert: Annotated[str, StringConstraints(max_length=8192)]
    contact: Annotated[str, StringConstraints(max_length=200)] = ""

    @field_validator("member")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value in RESERVED_MEMBERS:
            message = f"the id {value!r} is reserved"
            raise ValueError(message)
        return value

    @field_validator("tls_cert")
    @classmethod
    def _is_base64(cls, value: str) -> str:
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error as problem:
            message = "not base64"
            raise ValueError(message) from problem
        return value


class Column(_Body):
    """A column that a data resource offers."""

    name: Name
    type: Word = ""


class DataBody(_Body):
    """A data set as its owner describes it to the federation."""

    data_set: RecordId
    member: MemberId
    name: Name
    version: Word
    rows: Annotated[int, Field(ge=0)]
    columns: Annotated[list[Column], Field(max_length=1000)]
    tags: Annotated[list[Word], Field(max_length=32)] = []
    visibility: Word = ""


class ProjectBody(_Body):
    """Who works together on what."""

    project: RecordId
    name: Name
    promoter: MemberId
    providers: Annotated[list[MemberId], Field(max_length=100)]
    terms_hash: Digest = ""
    status: Word = ""


class ConsentBody(_Body):
    """A member's decision about a project, under the terms of this hash."""

    consent: RecordId
    project: RecordId
    member: MemberId
    decision: Word
    terms_hash: Digest = ""


class AnchorBody(_Body):
    """What a member says a job used and made: digests only, in hexadecimal SHA-256."""

    anchor: RecordId
    member: MemberId
    project: RecordId
    job: RecordId
    state: Word
    spec_hash: Digest
    own_hash: Digest = ""
    data_sets: Annotated[dict[Name, Word], Field(max_length=100)] = {}
    columns: Annotated[dict[Name, Digest], Field(max_length=100)] = {}
    consents: Annotated[list[RecordId], Field(max_length=100)] = []
    models: Annotated[dict[Name, Digest], Field(max_length=100)] = {}
    audit_until: Annotated[int, Field(ge=0)] = 0
    audit_hash: Digest = ""


class AdmissionBody(BaseModel):
    """A decision about a member. The contract compares its spelling, so nothing may be added."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    member: MemberId
    action: Literal["admit", "freeze", "unfreeze", "remove", "rotate"]
    successor: Address | None = None


class ClosingBody(BaseModel):
    """Where the federation goes from the contract of a generation. The contract compares its spelling, too."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    action: Literal["close"]
    chain_id: Annotated[int, Field(ge=0, lt=2**53)]
    generation: Annotated[int, Field(ge=1, lt=2**32)]
    successor: Address


Body = MemberBody | DataBody | ProjectBody | ConsentBody | AdmissionBody | AnchorBody | ClosingBody
_MODELS: dict[Kind, type[BaseModel]] = {
    Kind.MEMBER: MemberBody,
    Kind.DATA_RESOURCE: DataBody,
    Kind.PROJECT: ProjectBody,
    Kind.CONSENT: ConsentBody,
    Kind.ADMISSION: AdmissionBody,
    Kind.ANCHOR: AnchorBody,
    Kind.CLOSING: ClosingBody,
}
_ID_FIELD = {
    Kind.MEMBER: "member",
    Kind.DATA_RESOURCE: "data_set",
    Kind.PROJECT: "project",
    Kind.CONSENT: "consent",
    Kind.ADMISSION: "member",
    Kind.ANCHOR: "anchor",
    Kind.CLOSING: "generation",
}


def parse_body(record: Record) -> Body:
    """Read and check a record's body; raises `RecordInvalid` naming the field.

    Parameters
    ----------
    record : Record
        Its signature is not looked at.
    """
    try:
        kind = Kind(record.kind)
    except ValueError as problem:
        raise _invalid(f"there are no records of kind {record.kind}") from problem
    if len(record.body) > MAX_BODY_BYTES:
        raise _invalid(f"the body has {len(record.body)} bytes; {MAX_BODY_BYTES} are allowed")
    try:
        content: Any = canonical.loads(record.body)
        if canonical.dumps(content) != record.body:
            raise _invalid("the body is not canonical JSON (RFC 8785: sorted keys, no spaces)")
        body = _MODELS[kind].model_validate(content)
    except ValidationError as problem:
        raise _invalid(_words(problem)) from problem
    except RecordInvalid:
        raise
    except HanseError as problem:
        raise _invalid(f"the body: {problem.detail}") from problem
    _check_id(body, kind, record.record_id)
    return body  # type: ignore[return-value]  # the models of _MODELS are those of Body


def _check_id(body: BaseModel, kind: Kind, record_id: str) -> None:
    field = _ID_FIELD[kind]
    if str(getattr(body, field)) != record_id:
        raise _invalid(f"the body's {field} is {getattr(body, field)!r}, the record's id {record_id!r}")
    if isinstance(body, AdmissionBody) and (body.action == "rotate") != ("successor" in body.model_fields_set):
        raise _invalid("`successor` goes with the action `rotate`, and only with it")


def closing_body(generation: int, succession: Succession) -> bytes:
    """Spell the body of a record that closes the contract of a generation."""
    body = {
        "action": "close",
        "chain_id": succession.chain_id,
        "generation": generation,
        "successor": succession.contract.lower(),
    }
    return canonical.dumps(body)


def speaker(body: Body) -> str:
    """Return the member whose word the record is; for an admission the member it is about; empty: governance's."""
    if isinstance(body, ClosingBody):
        return ""
    return body.promoter if isinstance(body, ProjectBody) else body.member


def status_of(body: Body) -> str:
    """Return whether a data resource, project or consent is still open. Members' status stands elsewhere."""
    closed = (
        (isinstance(body, ProjectBody) and body.status == "closed")
        or (isinstance(body, DataBody) and body.visibility in ("closed", "withdrawn"))
        or (isinstance(body, ConsentBody) and body.decision in ("closed", "withdrawn"))
    )
    return CLOSED if closed else ACTIVE


def search_text(body: Body) -> str:
    """Return what a search for text looks at: name and tags, in lower case."""
    words = [getattr(body, "name", "")]
    if isinstance(body, DataBody):
        words += body.tags
    # PostgreSQL holds no text with a zero byte: one such name would end the indexing of every union over it.
    return "\n".join(words).casefold().replace("\0", " ")


def _invalid(detail: str) -> RecordInvalid:
    # The sender wrote the body, so it may read what is wrong with it.
    return RecordInvalid(detail, public_detail=detail)


def _words(problem: ValidationError) -> str:
    lines = [f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in problem.errors()]
    return "; ".join(lines[:5])
