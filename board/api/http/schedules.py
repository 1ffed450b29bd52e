"""Schedules: flows that run again by the clock."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.job_starts import OutlookView
from board.api.http.jobs import Id
from board.api.http.operation import Empty, Fields, Paging, Reply, Resource, View
from board.domain.accounts import Account
from board.service.schedules import FIXED, Plan, Schedules
from proto.flow.v1 import flow_pb2 as pb

Cron = Annotated[str, Field(min_length=9, max_length=128, pattern=r"^[ -~]+$", description="Five fields: 0 6 * * 1-5.")]
Window = Literal["fixed", "newest"]
Days = Annotated[
    int, Field(ge=0, le=36_500, description="A run is refused whose newest version is older than this; 0: any age.")
]
Retries = Annotated[
    int, Field(ge=0, le=3, description="How often a run is tried again whose job failed or that reached nobody.")
]
Timezone = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$", description="IANA name; empty: UTC.")]


class WantedSchedule(Fields):
    """A flow and the data of its runs."""

    flow: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
    deadline_s: Annotated[int, Field(ge=0, le=365 * 24 * 3600)] = 0
    data: dict[MemberId, Id] = Field(default={}, description="Member → data set, in place of the drawn one.")
    window: Window = "fixed"
    max_age_days: Days = 0

    def plan(self) -> Plan:
        """Return it as the service takes it."""
        return Plan(self.flow, self.window, self.max_age_days, self.data, self.deadline_s)


class NewSchedule(WantedSchedule):
    """A flow and when it runs; it is frozen as it is now."""

    cron: Cron
    timezone: Timezone = "UTC"
    retries: Retries = 0


class ScheduleChange(Fields):
    """What may change."""

    cron: Cron | None = None
    timezone: Timezone | None = None
    enabled: bool | None = None
    window: Window | None = None
    max_age_days: Days | None = None
    retries: Retries | None = None


class RunView(View):
    """A time that a schedule ran, or could not."""

    time_ms: int
    job: str
    state: str = Field(description="The job's state; refused: no job could be started.")
    problem: str = Field(description="Why no job could be started; empty: it was.")
    code: str = Field(description="Of the problem.")
    party: str = Field(description="The member that can act on the problem.")
    tries: int = Field(description="How often it was tried again.")
    data_versions: dict[str, str] = Field(description="Data set → version that its job reads; of the newest job alone.")


class ScheduleView(View):
    """A schedule."""

    schedule: str
    flow: str
    project: str
    name: str
    cron: str
    timezone: str
    enabled: bool
    window: Window
    max_age_days: int
    retries: int
    next_run_ms: int
    last_job: str
    last_problem: str
    next_runs_ms: list[int] = Field(description="The next five; none while it is off.")
    runs: list[RunView] = Field(description="The newest twenty first.")
    data_versions: dict[str, str] = Field(
        description="Data set → version of the time when the schedule was made; with the window fixed every run's."
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
        made = service.create(body.plan(), body.cron, body.timezone, body.retries, account.account)
        return Reply(_view(made), "/schedules")

    @resource.operation(
        "POST", "/schedule-checks", "What stands in the way of a schedule's runs; starts nothing", answer=OutlookView
    )
    def check(account: Account, body: WantedSchedule) -> object:
        return service.look(body.plan(), account.account)

    @resource.operation(
        "PATCH", "/schedules/{schedule}", "Change when it runs, whether, and on which data", answer=ScheduleView
    )
    def change(schedule: str, account: Account, body: ScheduleChange) -> dict[str, object]:
        changes = {name: value for name, value in body.model_dump().items() if value is not None}
        return _view(service.change(schedule, changes, account.account))

    @resource.operation("POST", "/schedules/{schedule}/runs", "Run it now", answer=RunView, status=201, idempotent=True)
    def run(schedule: str, account: Account, body: Empty) -> Reply:  # noqa: ARG001  an empty body is still checked
        made = service.run(schedule, account.account)
        return Reply(_run(made), f"/jobs/{made.job}" if made.job else "")

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
        "window": schedule.window or FIXED,
        "max_age_days": schedule.max_age_days,
        "retries": schedule.retries,
        "next_run_ms": schedule.next_run_ms,
        "last_job": schedule.last_job,
        "last_problem": schedule.last_problem,
        "next_runs_ms": list(schedule.next_runs_ms),
        "runs": [_run(run) for run in schedule.runs],
        "data_versions": dict(schedule.template.data_versions),
    }


def _run(run: pb.ScheduleRun) -> dict[str, object]:
    fields = {name: getattr(run, name) for name in RunView.model_fields}
    return fields | {"data_versions": dict(run.data_versions)}
