"""The runs of schedules: each starts a job, or is kept with the reason why not; those that failed are tried again."""

import dataclasses
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog

from common.errors import HanseError
from common.loops import Loop
from flow.domain.errors import NoSuchSchedule
from flow.domain.states import RETRYABLE, State
from flow.service.jobs import Jobs, now_ms
from flow.service.ports import Board
from flow.service.requests import Requests
from flow.store.base import NEWEST, Run, Schedule, ScheduleStore
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_FIRST_S = 60  # until the first further try; each later one waits twice as long
_STILL_MS = 3_600_000  # a run that failed this long ago, while we were down, is not tried again


class ScheduleRuns:
    """Starts runs now or again; `later` calls a function with a run's id after so many seconds."""

    def __init__(
        self,
        store: ScheduleStore,
        requests: Requests,
        jobs: Jobs,
        board: Board,
        later: Callable[[float, Callable[[int], None], int], None],
    ) -> None:
        self._store, self._requests, self._jobs, self._board, self._later = store, requests, jobs, board, later
        self._wanted = threading.Event()
        self._loop = Loop("schedule-runs", self._follow)

    def start(self) -> None:
        """Take up the tries that a stop has left, then follow the jobs."""
        self._wanted.set()
        for schedule in self._store.all():
            for run in self._store.runs(schedule.schedule, 1):
                if now_ms() - run.time_ms < _STILL_MS:
                    if run.job and self._state(run) is None:
                        self._later(0, self.again, run.id)  # a crash came between its line and its job
                    else:
                        self._try_later(schedule, run)
        self._loop.start()

    def close(self) -> None:
        """Follow no more."""
        self._wanted.clear()
        self._loop.close(5)

    def run(self, name: str, job: str = "") -> Run:
        """Start a run now, as the job of this id, and keep what became of it; raises NoSuchSchedule."""
        schedule = self._store.find(name)
        known = self._store.run_of(job) if job else None
        if known is not None and self._state(known[1]) is not None:
            return known[1]
        run = self._begin(schedule, known[1] if known is not None else Run(now_ms(), job))
        self._try_later(schedule, run)
        return run

    def again(self, number: int) -> None:
        """Try a run again: its failed job goes on with what succeeded kept; one that has no job begins anew."""
        found = self._store.run(number)
        if found is None:
            return  # its schedule was deleted
        schedule, run = self._store.find(found[0]), dataclasses.replace(found[1], tries=found[1].tries + 1)
        state = self._state(run)
        if state is None:
            self._try_later(schedule, self._begin(schedule, run))
            return
        if state is not State.FAILED:
            return  # its people went on with it, and perhaps stopped it
        self._store.ran(schedule.schedule, run)
        try:
            self._requests.resume(run.job)
        except HanseError as error:  # its people were faster
            log.info("not_tried_again", job=run.job, code=error.code)

    def _begin(self, schedule: Schedule, run: Run) -> Run:
        spec = pb.JobSpec.FromString(schedule.template)
        length_ms = max(0, spec.deadline_ms - spec.created_ms) if spec.deadline_ms else 0
        try:
            if schedule.window == NEWEST:
                spec = self._board.prepare(schedule.schedule, spec, schedule.max_age_days)
            spec.job, spec.created_ms = run.job or f"job-{secrets.token_hex(8)}", now_ms()
            spec.deadline_ms = spec.created_ms + length_ms if length_ms else 0
            # The line first: whatever comes after it, no job is without one.
            run = self._store.ran(
                schedule.schedule, dataclasses.replace(run, job=spec.job, problem="", code="", party="")
            )
            self._requests.create(spec)
        except HanseError as error:
            log.warning("scheduled_run_refused", schedule=schedule.schedule, code=error.code, party=error.party)
            refused = dataclasses.replace(run, job="", problem=error.detail, code=error.code, party=error.party)
            return self._store.ran(schedule.schedule, refused)
        return run

    def _state(self, run: Run) -> State | None:
        """Return the state of a run's job; None when there is none."""
        return self._jobs.store.states([run.job]).get(run.job) if run.job else None

    def _try_later(self, schedule: Schedule, run: Run) -> None:
        may_help = bool(run.job) or run.code in RETRYABLE
        failed = run.code or self._state(run) is State.FAILED
        if failed and may_help and run.tries < schedule.retries:
            self._later(_FIRST_S << run.tries, self.again, run.id)

    def _follow(self) -> float:
        for job in self._jobs.watch("", self._wanted):
            found = self._store.run_of(job.id) if job.state is State.FAILED and job.coordinates else None
            if found is not None:
                with suppress(NoSuchSchedule):  # deleted at this very moment
                    self._try_later(self._store.find(found[0]), found[1])
        return 0.0
