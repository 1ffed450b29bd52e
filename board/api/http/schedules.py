"""Schedules: flows that run again by the clock."""

from typing import Annotated

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.jobs import Id
from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.domain.accounts import Account
from board.service.schedules import Schedules
from proto.flow.v1 import flow_pb2 as pb

Cron = Annotated[str, Field(min_length=9, max_length=128, pattern=r"^[ -~]+$", description="Five fields: 0 6 * * 1-5.")]
Timezone = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$", description="IANA name; empty: UTC.")]


class NewSchedule(Fields):
    """A flow and when it runs; it is frozen as it is now."""

    flow: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    cron: Cron
    timezone: Timezone = "UTC"
    deadline_s: Annotated[int, Field(ge=0, le=365 * 24 * 3600)] = 0
    data: dict[MemberId, Id] = Field(default={}, description="Member → data set, in place of the drawn one.")


class ScheduleChange(Fields):
    """What may change."""

    cron: Cron | None = None
    timezone: Timezone | None = None
    enabled: bool | None = None


class RunView(View):
    """A time that a schedule ran, or could not."""

    time_ms: int
    job: str
    problem: str = Field(description="Why no job could be started; empty: it was.")


class ScheduleView(View):
    """A schedule."""

    schedule: str
    flow: str
    project: str
    name: str
    cron: str
    timezone: str
    enabled: bool
    next_run_ms: int
    last_job: str
    last_problem: str
    next_runs_ms: list[int] = Field(description="The next five; none while it is off.")
    runs: list[RunView] = Field(description="The newest twenty first.")
    data_versions: dict[str, str] = Field(
        description="Data set → version that every run uses: those of the time when the schedule was made."
    )


class SchedulePage(View):
    """All schedules."""

    items: list[ScheduleView]
    next_after: str = ""


def schedules(service: Schedules) -> Resource:
    """Make the resource."""
    resource = Resource("schedules")

    @resource.operation("GET", "/schedules", "This member's schedules", answer=SchedulePage)
    def index(query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": [_view(schedule) for schedule in service.all()]}

    @resource.operation("POST", "/schedules", "Run a flow by the clock", answer=ScheduleView, status=201)
    def create(account: Account, body: NewSchedule) -> Reply:
        made = service.create(body.flow, body.cron, body.timezone, body.data, body.deadline_s, account.account)
        return Reply(_view(made), "/schedules")

    @resource.operation("PATCH", "/schedules/{schedule}", "Change when it runs, or whether", answer=ScheduleView)
    def change(schedule: str, account: Account, body: ScheduleChange) -> dict[str, object]:
        return _view(service.change(schedule, body.cron, body.timezone, enabled=body.enabled, by=account.account))

    @resource.operation("DELETE", "/schedules/{schedule}", "Delete it; its jobs stay")
    def delete(schedule: str, account: Account) -> None:
        service.delete(schedule, account.account)

    return resource


def _view(schedule: pb.Schedule) -> dict[str, object]:
    return {
        "schedule": schedule.schedule,
        "flow": schedule.template.flow,
        "project": schedule.template.project,
        "name": schedule.template.name,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "enabled": schedule.enabled,
        "next_run_ms": schedule.next_run_ms,
        "last_job": schedule.last_job,
        "last_problem": schedule.last_problem,
        "next_runs_ms": list(schedule.next_runs_ms),
        "runs": [{"time_ms": run.time_ms, "job": run.job, "problem": run.problem} for run in schedule.runs],
        "data_versions": dict(schedule.template.data_versions),
    }
