"""What travels over HTTP of what repeats."""

from typing import Annotated, Any

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import FailureOut, Moment


class RepeatIn(Fields):
    """When a proposal is made again."""

    cron: Annotated[str, pydantic.Field(min_length=9, max_length=100, description="Five cron fields, in UTC.")]
    until_ms: Moment


class RepeatOut(View):
    """When a proposal is made again."""

    cron: str
    until_ms: int


class AlsoNextIn(Fields):
    """How long, and how often, later runs are accepted on the same terms with the same data set, without asking."""

    until_ms: Moment
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
