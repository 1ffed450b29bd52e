"""Runs saved flows again by the clock, with APScheduler; the database is the truth, the scheduler only keeps time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from common.cron import trigger_of, upcoming
from flow.domain.errors import BadSchedule
from flow.domain.states import State
from flow.service.jobs import Jobs
from flow.service.ports import Board
from flow.service.requests import Requests
from flow.service.schedule_runs import ScheduleRuns
from flow.store.base import FIXED, NEWEST, Run, Schedule, ScheduleStore

_NEXT, _LAST = 5, 20  # runs to tell
_LATE_S = 3600  # a busy process may start a run this late; what falls due while flow is down is not made up
_MOST_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Timed:
    """A schedule, when it runs next, and how it ran; `versions` are those that the newest run reads."""

    schedule: Schedule
    next_ms: list[int]
    runs: list[Run]
    states: dict[str, State] = field(default_factory=dict)  # of the runs' jobs
    versions: dict[str, str] = field(default_factory=dict)


class Schedules:
    """Saved flows and when they run."""

    def __init__(self, store: ScheduleStore, requests: Requests, jobs: Jobs, board: Board) -> None:
        self._store, self._jobs = store, jobs
        self._clock = BackgroundScheduler(timezone="UTC")
        self.runs = ScheduleRuns(store, requests, jobs, board, self._later)

    def start(self) -> None:
        """Begin to keep time."""
        for schedule in self._store.all():
            self._set(schedule)
        self._clock.start()
        self.runs.start()

    def close(self) -> None:
        """Stop keeping time."""
        self._clock.shutdown()
        self.runs.close()

    def put(self, schedule: Schedule) -> Timed:
        """Add or replace a schedule; raises BadSchedule."""
        _trigger(schedule)
        if schedule.window not in (FIXED, NEWEST):
            raise BadSchedule(f"there is no window {schedule.window!r}", hint=f"Choose {FIXED} or {NEWEST}.")
        if not 0 <= schedule.retries <= _MOST_RETRIES:
            raise BadSchedule(f"{schedule.retries} retries", hint=f"Choose 0 to {_MOST_RETRIES}.")
        self._store.put(schedule)
        self._set(schedule)
        return self._timed(schedule)

    def all(self) -> list[Timed]:
        """Return each schedule with its next runs, none when it is off, and its last ones."""
        return [self._timed(schedule) for schedule in self._store.all()]

    def _timed(self, schedule: Schedule) -> Timed:
        coming = upcoming(_trigger(schedule), _NEXT) if schedule.enabled else []
        runs = self._store.runs(schedule.schedule, _LAST)
        states = self._jobs.store.states([run.job for run in runs if run.job])
        newest = next((run.job for run in runs if run.job in states), "")
        versions = dict(self._jobs.get(newest).spec.data_versions) if newest else {}
        return Timed(schedule, coming, runs, states, versions)

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
                self.runs.run,
                _trigger(schedule),
                args=[schedule.schedule],
                id=schedule.schedule,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=_LATE_S,
            )

    def _later(self, seconds: float, call: Callable[[int], None], run: int) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        name = f"again-{run}"  # a try that is due already is not due twice
        # Without its time of grace a try that a busy machine begins a second late would be left out, and nobody told.
        self._clock.add_job(
            call, "date", run_date=at, args=[run], id=name, replace_existing=True, misfire_grace_time=_LATE_S
        )


def _trigger(schedule: Schedule) -> CronTrigger:
    try:
        return trigger_of(schedule.cron, schedule.timezone or "UTC")
    except ValueError as error:
        raise BadSchedule(f"{schedule.cron!r} in {schedule.timezone!r}: {error}") from error
