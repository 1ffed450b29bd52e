"""Runs saved flows again by the clock, with APScheduler; the database is the truth, the scheduler only keeps time."""

import secrets
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from common.errors import HanseError
from flow.domain.errors import BadSchedule
from flow.service.jobs import now_ms
from flow.service.requests import Requests
from flow.store.base import Run, Schedule, ScheduleStore
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_NEXT, _LAST = 5, 20  # runs to tell
_LATE_S = 3600  # a run missed by less than this, for instance during a restart, is made up once


@dataclass(frozen=True, slots=True)
class Timed:
    """A schedule, when it runs next, and how it ran."""

    schedule: Schedule
    next_ms: list[int]
    runs: list[Run]


class Schedules:
    """Saved flows and when they run."""

    def __init__(self, store: ScheduleStore, requests: Requests) -> None:
        self._store, self._requests = store, requests
        self._clock = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin to keep time."""
        for schedule in self._store.all():
            self._set(schedule)
        self._clock.start()

    def close(self) -> None:
        """Stop keeping time."""
        self._clock.shutdown()

    def put(self, schedule: Schedule) -> Timed:
        """Add or replace a schedule; raises BadSchedule."""
        _trigger(schedule)
        self._store.put(schedule)
        self._set(schedule)
        return self._timed(schedule)

    def all(self) -> list[Timed]:
        """Return each schedule with its next runs, none when it is off, and its last ones."""
        return [self._timed(schedule) for schedule in self._store.all()]

    def _timed(self, schedule: Schedule) -> Timed:
        upcoming = _upcoming(_trigger(schedule), _NEXT) if schedule.enabled else []
        return Timed(schedule, upcoming, self._store.runs(schedule.schedule, _LAST))

    def delete(self, schedule: str) -> None:
        """Delete a schedule; jobs that it started go on."""
        self._store.delete(schedule)
        if self._clock.get_job(schedule):
            self._clock.remove_job(schedule)

    def _set(self, schedule: Schedule) -> None:
        if self._clock.get_job(schedule.schedule):
            self._clock.remove_job(schedule.schedule)
        if schedule.enabled:
            self._clock.add_job(
                self._run,
                _trigger(schedule),
                args=[schedule.schedule],
                id=schedule.schedule,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=_LATE_S,
            )

    def _run(self, name: str) -> None:
        schedule = next(item for item in self._store.all() if item.schedule == name)
        spec = pb.JobSpec.FromString(schedule.template)
        length_ms = max(0, spec.deadline_ms - spec.created_ms) if spec.deadline_ms else 0
        spec.job, spec.created_ms = f"job-{secrets.token_hex(8)}", now_ms()
        spec.deadline_ms = spec.created_ms + length_ms if length_ms else 0
        problem = ""
        try:
            self._requests.create(spec)
        except HanseError as error:
            problem = str(error)
            log.warning("scheduled_job_failed", schedule=name, code=error.code)
        ran = Schedule(
            schedule.schedule, schedule.cron, schedule.timezone, schedule.template, schedule.enabled, spec.job, problem
        )
        self._store.put(ran)
        self._store.ran(name, Run(spec.created_ms, "" if problem else spec.job, problem))


def _upcoming(trigger: CronTrigger, count: int) -> list[int]:
    found: list[int] = []
    last, now = None, datetime.now(UTC)
    while len(found) < count:
        last = trigger.get_next_fire_time(last, now)
        if last is None:
            break
        now = last
        found.append(int(last.timestamp() * 1000))
    return found


def _trigger(schedule: Schedule) -> CronTrigger:
    try:
        return CronTrigger.from_crontab(schedule.cron, timezone=zoneinfo.ZoneInfo(schedule.timezone or "UTC"))
    except (ValueError, KeyError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise BadSchedule(f"{schedule.cron!r} in {schedule.timezone!r}: {error}") from error
