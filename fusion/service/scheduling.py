"""Proposals by the clock: each tick proposes an alignment of its own, with the newest data set of the name.

What falls due while the node does not run is told as missed, and not made up.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from common import log
from common.cron import trigger_of, upcoming
from common.errors import HanseError
from common.loops import Loop
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.asking import NewTask, Repeat
from fusion.domain.errors import BadSchedule, RunOpen, TickMissed, UnknownDataSet, UnknownSchedule
from fusion.domain.models import Failure, Task
from fusion.domain.schedules import Run, Schedule
from fusion.service.data_sets import DataSets
from fusion.service.proposing import Proposing
from fusion.service.tasks import Tasks
from fusion.store.base import ScheduleStore

_LOG = log.get(__name__)
_LOOK_S = 1.0
_LATE_MS = 600_000  # a busy node may be so late; what is older was missed
_MOST_MISSED = 100  # of one stop that are told one by one
_LONGEST_MS = 5 * 366 * 86_400_000


class Scheduling:
    """Keeps time from `start` to `close`."""

    def __init__(self, store: ScheduleStore, tasks: Tasks, proposing: Proposing, data_sets: DataSets) -> None:
        self._store, self._tasks, self._proposing, self._data_sets = store, tasks, proposing, data_sets
        self._lock = threading.Lock()
        self._proposes: set[str] = set()
        self._loop = Loop("schedules", self._look)

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def close(self) -> None:
        """Stop; a proposal that is being made is waited for."""
        self._loop.close(60)

    def begin(self, new: NewTask) -> Task:
        """Propose now, and again by the rule; nothing repeats where the first proposal is refused at once."""
        if new.repeat is None:
            return self._proposing.propose(new)
        next_ms = _next(new.repeat.cron, new.repeat.until_ms, now_ms())
        if not now_ms() < new.repeat.until_ms <= now_ms() + _LONGEST_MS:
            raise BadSchedule("until_ms must be to come, within five years")
        data_set = self._data_sets.get(new.data_set)
        kept = {name: value for name, value in asdict(new).items() if name not in ("data_set", "repeat", "schedule")}
        schedule = Schedule(
            schedule=secrets.token_hex(16),
            name=new.name or data_set.name,
            partner=new.partner,
            cron=new.repeat.cron,
            until_ms=new.repeat.until_ms,
            new=kept,
            data_set_name=data_set.name,
            created_ms=now_ms(),
            next_ms=next_ms,
            enabled=False,  # until its first proposal is made: what is cut off before that does not repeat
        )
        self._store.add(schedule)
        try:
            task = self._proposing.propose(replace(new, schedule=schedule.schedule))
        except HanseError:
            self._store.delete(schedule.schedule)
            raise
        self._store.enable(schedule.schedule, enabled=True, next_ms=next_ms)
        self._store.keep(Run(schedule.schedule, task.created_ms, task.task))
        _LOG.info("schedule_made", schedule=schedule.schedule, partner=schedule.partner)
        return task

    def all(self) -> list[Schedule]:
        """Return all, newest first."""
        return self._store.all()

    def find(self, schedule: str) -> Schedule | None:
        """Return one."""
        return self._store.find(schedule)

    def runs(self, schedule: Schedule, limit: int) -> list[Run]:
        """Return the last runs, newest first."""
        return self._store.runs(schedule.schedule, limit)

    def coming(self, schedule: Schedule, count: int) -> list[int]:
        """Return the next ticks, none while it is paused."""
        if not schedule.enabled or not schedule.next_ms:
            return []
        ticks = [schedule.next_ms, *upcoming(trigger_of(schedule.cron), count - 1, schedule.next_ms)]
        return [tick for tick in ticks if tick < schedule.until_ms]

    def enable(self, schedule: Schedule, *, enabled: bool) -> None:
        """Let it rest, or go on from the next tick that is to come."""
        next_ms = _next(schedule.cron, schedule.until_ms, now_ms()) if enabled else schedule.next_ms
        self._store.enable(schedule.schedule, enabled=enabled, next_ms=next_ms)

    def delete(self, schedule: Schedule) -> None:
        """Propose by it no more; alignments that it proposed go on."""
        self._store.delete(schedule.schedule)
        _LOG.info("schedule_deleted", schedule=schedule.schedule)

    def run(self, schedule: Schedule) -> Run:
        """Run it now, whatever the clock says; what stands against it is kept and returned."""
        return self._run(schedule, now_ms())

    def _look(self) -> float:
        now = now_ms()
        for schedule in self._store.all():
            if schedule.enabled and 0 < schedule.next_ms <= now:
                self._tick(schedule, now)
        return _LOOK_S

    def _tick(self, schedule: Schedule, now: int) -> None:
        due = [schedule.next_ms]
        while len(due) <= _MOST_MISSED and (later := _next(schedule.cron, schedule.until_ms, due[-1])) and later <= now:
            due.append(later)
        after = _next(schedule.cron, schedule.until_ms, now)
        on_time = due[-1] if now - due[-1] <= _LATE_MS else 0
        missed = [tick for tick in due if tick != on_time]
        problem = Failure(TickMissed.code, TickMissed.title, TickMissed.hint)
        told = [Run(schedule.schedule, tick, problem=problem) for tick in missed]
        # The line of the run is there first, so that a crash at this very moment is told as one, too.
        unfinished = Failure(TickMissed.code, "the node has not finished proposing it", TickMissed.hint)
        begun = [Run(schedule.schedule, on_time, problem=unfinished)] if on_time else []
        if self._store.tick(schedule, after, [*told, *begun]) and on_time:
            self._run(schedule, on_time)

    def _run(self, schedule: Schedule, due_ms: int) -> Run:
        try:
            with self._alone(schedule.schedule):
                self._check_last(schedule)
                task = self._proposing.propose(self._new(schedule))
            run = Run(schedule.schedule, due_ms, task.task)
        except HanseError as error:
            _LOG.warning("scheduled_run_refused", schedule=schedule.schedule, code=error.code, party=error.party)
            run = Run(schedule.schedule, due_ms, problem=Failure.of(error))
        self._store.keep(run)
        return run

    @contextmanager
    def _alone(self, schedule: str) -> Iterator[None]:
        """See that nobody else proposes by it meanwhile: a tick, and a person at the same moment."""
        with self._lock:
            if schedule in self._proposes:
                raise RunOpen("a run is being proposed at this moment")
            self._proposes.add(schedule)
        try:
            yield
        finally:
            with self._lock:
                self._proposes.discard(schedule)

    def _check_last(self, schedule: Schedule) -> None:
        # Asked of the alignments: a crash may have come between a proposal and the line of its run.
        last = self._tasks.of_schedule(schedule.schedule)
        if last is not None and last.state in states.OPEN:
            raise RunOpen(f"alignment {last.task} is {last.state}")

    def _new(self, schedule: Schedule) -> NewTask:
        newest = next((one for one in self._data_sets.all() if one.name == schedule.data_set_name), None)
        if newest is None:
            raise UnknownDataSet(f"there is no data set of the name {schedule.data_set_name!r}")
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in schedule.new.items()
        }
        repeat = Repeat(schedule.cron, schedule.until_ms)
        return NewTask(**kept, data_set=newest.data_set, repeat=repeat, schedule=schedule.schedule)

    def get(self, schedule: str) -> Schedule:
        """Return one; raises UnknownSchedule."""
        found = self.find(schedule)
        if found is None:
            raise UnknownSchedule(f"there is no schedule {schedule[:80]!r}")
        return found


def _next(cron: str, until_ms: int, after_ms: int) -> int:
    """Return the next tick, 0 when there is no more."""
    try:
        found = upcoming(trigger_of(cron), 1, after_ms)
    except ValueError as problem:
        raise BadSchedule(f"{cron[:100]!r}: {problem}") from problem
    return found[0] if found and found[0] < until_ms else 0
