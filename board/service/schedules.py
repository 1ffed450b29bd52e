"""Schedules: flows that run again by the clock; flow keeps the time."""

import secrets
from collections.abc import Mapping

from board.service.audit import Audit
from board.service.jobs import Jobs
from board.service.ports import Flow
from common.errors import NotFound
from proto.flow.v1 import flow_pb2 as pb


class Schedules:
    """The schedules of this member."""

    def __init__(self, flow: Flow, jobs: Jobs, audit: Audit) -> None:
        self._flow, self._jobs, self._audit = flow, jobs, audit

    def all(self) -> list[pb.Schedule]:
        """Return all."""
        return self._flow.schedules()

    def create(
        self, flow: str, cron: str, timezone: str, data: Mapping[str, str], deadline_s: int, by: str
    ) -> pb.Schedule:
        """Freeze a flow and run it by the clock."""
        template = self._jobs.spec(flow, "", deadline_s, "", data, by)
        schedule = pb.Schedule(
            schedule=f"sch-{secrets.token_hex(8)}", cron=cron, timezone=timezone, template=template, enabled=True
        )
        made = self._flow.put_schedule(schedule)
        self._audit.note(by, "schedule_created", made.schedule, f"{flow}, {cron} {timezone}")
        return made

    def change(
        self, schedule: str, cron: str | None, timezone: str | None, *, enabled: bool | None, by: str
    ) -> pb.Schedule:
        """Set when a schedule runs, or whether."""
        found = self._find(schedule)
        found.cron = found.cron if cron is None else cron
        found.timezone = found.timezone if timezone is None else timezone
        found.enabled = found.enabled if enabled is None else enabled
        made = self._flow.put_schedule(found)
        self._audit.note(by, "schedule_changed", schedule, f"{made.cron} {made.timezone}, enabled {made.enabled}")
        return made

    def delete(self, schedule: str, by: str) -> None:
        """Delete one; jobs that it started go on."""
        self._find(schedule)
        self._flow.delete_schedule(schedule)
        self._audit.note(by, "schedule_deleted", schedule)

    def _find(self, schedule: str) -> pb.Schedule:
        for found in self._flow.schedules():
            if found.schedule == schedule:
                return found
        raise NotFound(f"there is no schedule {schedule}")
