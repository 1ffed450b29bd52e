"""Schedules as people see them: proposals by the clock, each with the newest data set of the name."""

import secrets
from dataclasses import asdict, replace

from common import log
from common.cron import trigger_of, upcoming
from common.errors import HanseError
from common.rpc.wire import now_ms
from fusion.domain.asking import NewTask
from fusion.domain.errors import BadSchedule, UnknownSchedule
from fusion.domain.models import Task
from fusion.domain.schedules import Run, Schedule
from fusion.service.data_sets import DataSets
from fusion.service.proposing import Proposing
from fusion.service.schedule_runs import ScheduleRuns
from fusion.service.ticks import next_tick
from fusion.store.base import ScheduleStore

_LOG = log.get(__name__)
_LONGEST_MS = 5 * 366 * 86_400_000


class Scheduling:
    """Use cases of people."""

    def __init__(self, store: ScheduleStore, runs: ScheduleRuns, proposing: Proposing, data_sets: DataSets) -> None:
        self._store, self._runs, self._proposing, self._data_sets = store, runs, proposing, data_sets

    def begin(self, new: NewTask) -> Task:
        """Propose now, and again by the rule; nothing repeats where the first proposal is refused at once."""
        if new.repeat is None:
            return self._proposing.propose(new)
        next_ms = next_tick(new.repeat.cron, new.repeat.until_ms, now_ms())
        if not now_ms() < new.repeat.until_ms <= now_ms() + _LONGEST_MS:
            raise BadSchedule("the end must be to come, within five years")
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
        next_ms = next_tick(schedule.cron, schedule.until_ms, now_ms()) if enabled else schedule.next_ms
        self._store.enable(schedule.schedule, enabled=enabled, next_ms=next_ms)

    def delete(self, schedule: Schedule) -> None:
        """Propose by it no more; alignments that it proposed go on."""
        self._store.delete(schedule.schedule)
        _LOG.info("schedule_deleted", schedule=schedule.schedule)

    def run(self, schedule: Schedule) -> Run:
        """Run it now, whatever the clock says; what stands against it is kept and returned."""
        run = self._runs.propose(schedule, now_ms())
        self._store.keep(run)
        return run

    def get(self, schedule: str) -> Schedule:
        """Return one; raises UnknownSchedule."""
        found = self.find(schedule)
        if found is None:
            raise UnknownSchedule(f"there is no schedule {schedule[:80]!r}")
        return found
