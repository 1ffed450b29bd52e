"""What travels over HTTP of plans, schedules, results and the record of what left the node."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, Paging, View

_LAST_MS = 2**53  # beyond which JSON has no whole numbers
ColumnsOfResult = Annotated[list[Annotated[str, pydantic.Field(max_length=200)]], pydantic.Field(max_length=1000)]
_Moment = Annotated[int, pydantic.Field(ge=0, lt=_LAST_MS, description="Milliseconds since 1970.")]


class RepeatIn(Fields):
    """When a proposal is made again."""

    cron: Annotated[str, pydantic.Field(min_length=9, max_length=100, description="Five cron fields, in UTC.")]
    until_ms: _Moment


class RepeatOut(View):
    """When a proposal is made again."""

    cron: str
    until_ms: int


class AlsoNextIn(Fields):
    """How long, and how often, later runs are accepted on the same terms with the same data set, without asking."""

    until_ms: _Moment
    runs_at_most: Annotated[int, pydantic.Field(ge=1, le=10_000)]
    runs_a_day_at_most: Annotated[
        int, pydantic.Field(ge=0, le=1440, description="Within 24 hours; others are asked for. 0: no such limit.")
    ] = 0


class AlsoNextOut(View):
    """The same, and how many have been."""

    until_ms: int
    runs_at_most: int
    runs_a_day_at_most: int
    used: int


class FailureOut(View):
    """Why an alignment failed, or what it waits for."""

    code: str
    detail: str
    hint: str
    party: str


class AlternativeOut(View):
    """A protocol that was not chosen; null where it cannot be agreed on for what is to be learned."""

    protocol: str
    seconds: float | None
    bytes: int | None
    why_not: str


class PlanOut(View):
    """What an alignment is expected to take; bytes are those of both sides' messages."""

    protocol: str
    seconds: float
    bytes: int
    why: str
    alternatives: list[AlternativeOut]
    mbit_per_s: float
    round_trip_ms: float
    link: Annotated[str, pydantic.Field(description="Where the numbers of the way come from: measured, assumed, set.")]


class PlanIn(Fields):
    """What to plan."""

    ids: Annotated[int, pydantic.Field(ge=1, le=10**12)]
    partner_ids: Annotated[int, pydantic.Field(ge=1, le=10**12)]
    learns: Literal["receiver", "both", "size", "sum"] = "receiver"
    role: Literal["receiver", "sender"] = "receiver"
    partner: Annotated[str, pydantic.Field(max_length=64, description="Measure the way to it; empty: assume one.")] = ""
    bandwidth_mbit: Annotated[float, pydantic.Field(ge=0, le=1e6, description="0: as measured or assumed.")] = 0
    latency_ms: Annotated[float, pydantic.Field(ge=0, le=60_000, description="Round trip; 0: as above.")] = 0


class ActualOut(View):
    """What it took until now. Seconds: at work, or waiting for the partner's messages; without pauses and stops."""

    seconds: float
    bytes_sent: int
    bytes_received: int


class PreviewQuery(Fields):
    """How many rows to show."""

    limit: int = pydantic.Field(default=20, ge=1, le=1000)


class PreviewOut(View):
    """First own rows of a result, values as text."""

    columns: list[str]
    rows: list[list[str]]


class SaveIn(Fields):
    """What the data resource is called."""

    name: Annotated[str, pydantic.Field(min_length=1, max_length=200)]


class SavedOut(View):
    """Where the result is now."""

    board: str
    data_set: str


class EgressQuery(Paging):
    """Where a page begins."""

    after: str = pydantic.Field(default="", pattern=r"^[0-9]{0,15}$", description="`next_after` of the page before.")


class EgressOut(View):
    """What left this node for one alignment in one kind of step."""

    task: str
    partner: str
    step: str
    what: str
    messages: int
    bytes: Annotated[int, pydantic.Field(description="Of the messages, without what signatures and TLS add.")]
    unanswered: Annotated[
        int, pydantic.Field(description="Further tries that got no answer: they may have left, or not.")
    ]
    first_ms: int
    last_ms: int


class EgressPage(View):
    """A page of it."""

    items: list[EgressOut]
    next_after: str


class RunOut(View):
    """A tick of a schedule: its alignment, or why there is none."""

    due_ms: int
    task: str
    state: Annotated[str, pydantic.Field(description="The alignment's; missed or refused where there is none.")]
    problem: FailureOut | None


class ScheduleOut(View):
    """What repeats: proposals of ours, or a partner's of which we accept later runs."""

    schedule: str
    name: str
    partner: str
    proposed_here: bool
    cron: str
    until_ms: int
    state: Annotated[str, pydantic.Field(description="active, paused or ended.")]
    data_set: Annotated[str, pydantic.Field(description="Ours: the name, of which each run takes the newest.")]
    columns: list[str]
    learns: str
    protocol: str
    next_ms: list[int]
    runs: list[RunOut]
    also_next: AlsoNextOut | None
    terms: dict[str, Any]
    caution: Annotated[str, pydantic.Field(description="What repeated sums may tell; empty: it is for no sum.")]


class SchedulesOut(View):
    """All of them."""

    items: list[ScheduleOut]
    next_after: str


class MachineOut(View):
    """The node and its machine."""

    node: str
    version: str
    cores: Annotated[int, pydantic.Field(description="That alignments use.")]
    threads: int
    vectors: Annotated[str, pydantic.Field(description="Widest instructions: avx512, avx2 or none.")]
    free_bytes: int
    board: str
