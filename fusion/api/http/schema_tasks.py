"""What travels over HTTP of alignments: proposals, answers, and how far they are."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, Paging, View
from fusion.api.http.schema_fields import (
    Columns,
    ColumnsOfResult,
    EmptyAsZero,
    FailureOut,
    HashedHere,
    Text,
    ValueColumn,
)
from fusion.api.http.schema_keys import KeyRuleIn
from fusion.api.http.schema_machine import PlanOut
from fusion.api.http.schema_schedules import AlsoNextIn, RepeatIn, RepeatOut
from fusion.domain.models import AUTO
from fusion.domain.sums import MOST_DECIMALS


class TasksQuery(Paging):
    """Which alignments to list."""

    limit: int = pydantic.Field(default=100, ge=1, le=500)
    state: str = pydantic.Field(default="", max_length=32, description="Only those in this state; empty: all.")
    partner: str = pydantic.Field(default="", max_length=64, description="Only those with this partner; empty: all.")


class TaskIn(Fields):
    """A proposal."""

    partner: Text
    data_set: Text
    columns: Annotated[Columns, pydantic.Field(min_length=1, description="Columns that make the id.")]
    name: Text = ""
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
        Literal["receiver", "both", "size", "sum"],
        pydantic.Field(
            description=(
                "The receiver: which ids are common; both sides that; the receiver only how many; or both how many, and"
                " the sum of a value of the sender's over them."
            )
        ),
    ] = "receiver"
    value_column: ValueColumn = ""
    value_decimals: Annotated[int, pydantic.Field(ge=0, le=MOST_DECIMALS, description="Of a sum.")] = 0
    empty_as_zero: EmptyAsZero = False
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: HashedHere = False
    pre_check: Annotated[
        bool,
        pydantic.Field(description="Tell the partner keyed shapes of 1,000 of our ids, so that it sees a rule amiss."),
    ] = True
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
    data_set: Text = ""
    columns: Columns = pydantic.Field(default_factory=list)
    hashed_here: HashedHere = False
    accept_anyway: Annotated[
        bool, pydantic.Field(description="Also where our ids look like none of the partner's.")
    ] = False
    reason: Annotated[str, pydantic.Field(max_length=500, description="Told to the partner.")] = ""
    columns_of_result: Annotated[
        ColumnsOfResult,
        pydantic.Field(default_factory=list, description="Own columns of the result besides the id's; empty: all."),
    ]
    also_next: AlsoNextIn | None = None
    value_column: ValueColumn = ""
    empty_as_zero: EmptyAsZero = False


class ActualOut(View):
    """What it took until now. Seconds: at work, or waiting for the partner's messages; without pauses and stops."""

    seconds: float
    bytes_sent: int
    bytes_received: int


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
    value_column: Annotated[str, pydantic.Field(description="Ours, where we are the sender of a sum.")]
    value_decimals: int
    empty_as_zero: bool
    at_least: Annotated[int, pydantic.Field(description="Fewest common ids whose sum is told; 0: no sum is asked.")]
    total: Annotated[
        str | None,
        pydantic.Field(description="The sum over the common ids, as a decimal text; null: none, or not yet."),
    ]
    table: Annotated[
        Literal["", "prepared", "sent", "kept"],
        pydantic.Field(
            description=(
                "The sender's prepared table: prepared (offered with the proposal), sent with this alignment, kept by"
                " the receiver from an earlier one; empty: none is used."
            )
        ),
    ]
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
    hashed_here: bool
    warning: Annotated[str, pydantic.Field(description="What the pre-check found at acceptance.")]
    caution: Annotated[str, pydantic.Field(description="What a further sum may tell; empty: nothing.")]
    reason: str
    failure: FailureOut | None
    created_ms: int
    ended_ms: int
    expires_ms: int


class TasksOut(View):
    """A page of alignments, newest first; `next_after` is empty at the end."""

    items: list[TaskOut]
    next_after: str
