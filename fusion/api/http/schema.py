"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, Paging, View
from fusion.api.http.schema_tasks import (
    ActualOut,
    AlsoNextIn,
    ColumnsOfResult,
    FailureOut,
    PlanOut,
    RepeatIn,
    RepeatOut,
)
from fusion.domain.models import AUTO

_Text = Annotated[str, pydantic.Field(max_length=200)]
_Columns = Annotated[list[_Text], pydantic.Field(max_length=16)]


class UploadQuery(Fields):
    """What is uploaded."""

    name: str = ""
    file_name: str = ""


class TasksQuery(Paging):
    """Which alignments to list."""

    limit: int = pydantic.Field(default=100, ge=1, le=500)
    state: str = pydantic.Field(default="", max_length=32, description="Only those in this state; empty: all.")
    partner: str = pydantic.Field(default="", max_length=64, description="Only those with this partner; empty: all.")


class ResultQuery(Fields):
    """In which form to download a result."""

    format: Literal["csv", "parquet"] = "csv"
    columns: str = pydantic.Field(
        default="", max_length=10_000, description="Which columns, as a line of CSV; empty: those that the task names."
    )


class IdentityOut(View):
    """What a partner needs to trust this node."""

    node: str
    address: str
    signing_key: str
    stream_key: str
    tls_cert: str
    fingerprint: Annotated[
        str, pydantic.Field(description="SHA-256 over keys and certificate; compare it by telephone.")
    ]


class PartnerIn(Fields):
    """A partner, by what its identity says."""

    node: _Text
    address: Annotated[str, pydantic.Field(max_length=300)]
    signing_key: _Text
    stream_key: _Text
    tls_cert: Annotated[str, pydantic.Field(max_length=30_000, description="Base64 of the DER certificate.")]


class PartnerOut(IdentityOut):
    """A partner."""

    added_ms: int


class ColumnOut(View):
    """A column."""

    name: str
    type: str


class DataSetOut(View):
    """A data set."""

    data_set: str
    name: str
    file_name: str
    rows: int
    columns: list[ColumnOut]
    bytes: int
    added_ms: int


class KeyRuleIn(Fields):
    """How values become ids; both sides use the proposer's rule."""

    trim: bool = True
    case: Literal["keep", "lower", "upper"] = "keep"
    form: Literal["none", "NFC", "NFKC"] = "NFC"


class TaskIn(Fields):
    """A proposal."""

    partner: _Text
    data_set: _Text
    columns: Annotated[_Columns, pydantic.Field(min_length=1, description="Columns that make the id.")]
    name: _Text = ""
    role: Annotated[
        Literal["receiver", "sender"], pydantic.Field(description="Our role; the receiver learns the intersection.")
    ] = "receiver"
    protocol: Annotated[
        str,
        pydantic.Field(
            max_length=32, description="auto: chosen by its plan when the partner accepts; GET /protocols lists others."
        ),
    ] = AUTO
    learns: Annotated[
        Literal["receiver", "both", "size"],
        pydantic.Field(
            description="The receiver: which ids are common; both sides that; or the receiver only how many."
        ),
    ] = "receiver"
    key_rule: KeyRuleIn = KeyRuleIn()
    partner_rows_at_most: Annotated[
        int,
        pydantic.Field(ge=0, le=10**12, description="Most ids of the partner that we take; 0: this node's max_rows."),
    ] = 0
    columns_of_result: Annotated[
        ColumnsOfResult,
        pydantic.Field(default_factory=list, description="Own columns of the result besides the id's; empty: all."),
    ]
    repeat: RepeatIn | None = None


class AnswerIn(Fields):
    """An answer to a partner's proposal."""

    accept: pydantic.StrictBool
    data_set: _Text = ""
    columns: _Columns = pydantic.Field(default_factory=list)
    reason: Annotated[str, pydantic.Field(max_length=500, description="Told to the partner.")] = ""
    columns_of_result: Annotated[
        ColumnsOfResult,
        pydantic.Field(default_factory=list, description="Own columns of the result besides the id's; empty: all."),
    ]
    also_next: AlsoNextIn | None = None


class TaskOut(View):
    """An alignment as this node sees it."""

    task: str
    name: str
    partner: str
    role: str
    proposed_here: bool
    state: str
    phase: str
    progress: Annotated[float, pydantic.Field(ge=0, le=1)]
    waiting_for: str
    data_set: str
    columns: list[str]
    columns_of_result: list[str]
    protocol: Annotated[str, pydantic.Field(description="As proposed.")]
    protocol_chosen: Annotated[str, pydantic.Field(description="What runs; empty until the proposal is accepted.")]
    plan: PlanOut | None
    actual: ActualOut
    learns: str
    key_rule: dict[str, Any]
    rows: int
    ids: Annotated[int, pydantic.Field(description="Distinct ids.")]
    duplicates: Annotated[int, pydantic.Field(description="Rows beyond the first of their id; they are in the result.")]
    rows_without_id: int
    partner_rows: Annotated[int, pydantic.Field(description="The partner's distinct ids; 0: not known yet.")]
    intersection: Annotated[int | None, pydantic.Field(description="Null where this side does not learn it.")]
    match_rate_percent: Annotated[
        float | None, pydantic.Field(description="Common ids of a hundred of our own; null where we do not learn it.")
    ]
    rate_ids_per_s: Annotated[float, pydantic.Field(description="Ids of both sides, on the average of the run.")]
    remaining_s: Annotated[float | None, pydantic.Field(description="Estimated; null: nobody knows.")]
    paused_by: Annotated[str, pydantic.Field(description='"us", the partner, or empty.')]
    trouble: Annotated[FailureOut | None, pydantic.Field(description="Why it waits, beside the partner's people.")]
    schedule: Annotated[str, pydantic.Field(description="The schedule that it is a run of; empty: none.")]
    repeat: RepeatOut | None
    has_result: bool
    reason: str
    failure: FailureOut | None
    created_ms: int
    ended_ms: int
    expires_ms: int


class ProtocolOut(View):
    """A protocol."""

    name: str
    learns: Annotated[list[str], pydantic.Field(description="What it can be agreed on for.")]
    assumption: str


class ProtocolsOut(View):
    """All protocols."""

    items: list[ProtocolOut]
    next_after: str


class PartnersOut(View):
    """All partners."""

    items: list[PartnerOut]
    next_after: str


class DataSetsOut(View):
    """All data sets."""

    items: list[DataSetOut]
    next_after: str


class TasksOut(View):
    """A page of alignments, newest first; `next_after` is empty at the end."""

    items: list[TaskOut]
    next_after: str
