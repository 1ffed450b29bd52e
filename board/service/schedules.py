"""Schedules: flows that run again by the clock; flow keeps the time."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from board.service.audit import Audit
from board.service.data_windows import DataWindows, Told
from board.service.flows import Flows
from board.service.jobs import Jobs
from board.service.ports import Flow
from board.service.preflight import FAILED, OK, WARNING, Check, Outlook, Preflight
from common.errors import HanseError, NotFound
from proto.flow.v1 import flow_pb2 as pb

FIXED, NEWEST = "fixed", "newest"
_FEW_RUNS = 5  # as many as a schedule tells ahead


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run and which data each run reads: fixed versions, or the newest, not older than so many days."""

    flow: str
    window: str = FIXED
    max_age_days: int = 0  # 0: any age
    data: Mapping[str, str] = field(default_factory=dict)
    deadline_s: int = 0


class Schedules:
    """The schedules of this member."""

    def __init__(
        self, flow: Flow, flows: Flows, jobs: Jobs, windows: DataWindows, preflight: Preflight, audit: Audit
    ) -> None:
        self._flow, self._flows, self._jobs, self._windows = flow, flows, jobs, windows
        self._preflight, self._audit = preflight, audit

    def all(self) -> list[pb.Schedule]:
        """Return all."""
        return self._flow.schedules()

    def create(self, plan: Plan, cron: str, timezone: str, retries: int, by: str) -> pb.Schedule:
        """Freeze a flow and run it by the clock."""
        schedule = pb.Schedule(
            schedule=f"sch-{secrets.token_hex(8)}",
            cron=cron,
            timezone=timezone,
            template=self._jobs.spec(plan.flow, "", plan.deadline_s, "", plan.data, by),
            enabled=True,
            window=plan.window,
            max_age_days=plan.max_age_days,
            retries=retries,
        )
        made = self._flow.put_schedule(schedule)
        self._audit.note(by, "schedule_created", made.schedule, f"{plan.flow}, {_told(made)}")
        return made

    def change(self, schedule: str, changes: Mapping[str, Any], by: str) -> pb.Schedule:
        """Set when a schedule runs, whether, on which data, and how often it is tried again."""
        found = self._find(schedule)
        for name, value in changes.items():
            setattr(found, name, value)
        made = self._flow.put_schedule(found)
        self._audit.note(by, "schedule_changed", schedule, _told(made))
        return made

    def run(self, schedule: str, by: str) -> pb.ScheduleRun:
        """Run one now; what keeps it from running stands in the answer and in its history."""
        self._find(schedule)
        run = self._flow.run_schedule(schedule, f"job-{secrets.token_hex(8)}")
        self._audit.note(by, "schedule_run", schedule, run.job or run.code)
        return run

    def delete(self, schedule: str, by: str) -> None:
        """Delete one; jobs that it started go on."""
        self._find(schedule)
        self._flow.delete_schedule(schedule)
        self._audit.note(by, "schedule_deleted", schedule)

    def look(self, plan: Plan, by: str) -> Outlook:
        """Check what stands in the way of a schedule's runs, and how many the consents allow; nothing is changed."""
        problems = [] if plan.data else self._flows.problems(plan.flow)
        if problems:
            return Outlook([Check("graph", FAILED, about=str(len(problems)), detail=problems[0].text)], problems)
        try:
            spec = self._jobs.spec(plan.flow, "", plan.deadline_s, "", plan.data, by)
        except HanseError as error:
            return Outlook([Check("start", FAILED, error.party, code=error.code, detail=error.detail)])
        newest = plan.window == NEWEST
        checks = [Check("graph", OK), *self._preflight.parties(spec)]
        for told in self._windows.ask(spec, newest=newest, max_age_days=plan.max_age_days):
            for check in _data_checks(told, newest=newest, ours=told.member == spec.parties[0].member):
                drawn = {one.newest: one.data_set for one in told.answer.data}.get(check.about, "")
                checks.append(replace(check, name=self._preflight.name(spec.project, told.member, check.about, drawn)))
        return Outlook(checks)

    def _find(self, schedule: str) -> pb.Schedule:
        for found in self._flow.schedules():
            if found.schedule == schedule:
                return found
        raise NotFound(f"there is no schedule {schedule}")


def _told(schedule: pb.Schedule) -> str:
    window = f"{schedule.window}, at most {schedule.max_age_days} days" if schedule.max_age_days else schedule.window
    return f"{schedule.cron} {schedule.timezone}, {window}, enabled {schedule.enabled}"


def _data_checks(told: Told, *, newest: bool, ours: bool) -> Iterator[Check]:
    """Say what a party told; it may change until the first run, so nothing here forbids the schedule."""
    member, answer = told.member, told.answer
    if told.error is not None:
        yield Check("window", WARNING, member, code=told.error.code, detail=told.error.detail)
        return
    for one in answer.data:
        yield Check("window", OK, member, one.newest)
    if ours:
        return
    left = "" if answer.unlimited else str(answer.runs_left)
    yield Check("runs", WARNING if left and int(left) < _FEW_RUNS else OK, member, left)
    if newest:
        yield Check("newer", OK if answer.newer_versions else WARNING, member)
    if answer.expires_ms:
        yield Check("until", OK, member, str(answer.expires_ms))
