"""The clock of schedules: each tick proposes an alignment of its own.

What falls due while the node does not run is told as missed, and not made up.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from common import log
from common.loops import Loop
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, StorageFull
from fusion.domain.errors import TickMissed
from fusion.domain.models import Failure
from fusion.domain.schedules import Run, Schedule
from fusion.service.schedule_runs import ScheduleRuns
from fusion.service.ticks import next_tick
from fusion.store.base import ScheduleStore

_LOG = log.get(__name__)
_Done = TypeVar("_Done")
_LOOK_S = 1.0
_LATE_MS = 600_000  # a busy node may be so late; what is older was missed
_MOST_MISSED = 100  # of one stop that are told one by one


class Ticking:
    """Keeps time from `start` to `close`."""

    def __init__(self, store: ScheduleStore, runs: ScheduleRuns) -> None:
        self._store, self._runs = store, runs
        self._loop = Loop("schedules", self._look)

    def start(self) -> None:
        """Begin."""
        self._loop.start()

    def close(self) -> None:
        """Stop; a proposal that is being made is waited for."""
        self._loop.close(60)

    def _look(self) -> float:
        now = now_ms()
        for schedule in self._store.all():
            if schedule.enabled and 0 < schedule.next_ms <= now:
                self._tick(schedule, now)
        return _LOOK_S

    def _tick(self, schedule: Schedule, now: int) -> None:
        due = [schedule.next_ms]
        while (
            len(due) <= _MOST_MISSED
            and (later := next_tick(schedule.cron, schedule.until_ms, due[-1]))
            and later <= now
        ):
            due.append(later)
        after = next_tick(schedule.cron, schedule.until_ms, now)
        on_time = due[-1] if now - due[-1] <= _LATE_MS else 0
        missed = [tick for tick in due if tick != on_time]
        problem = Failure(TickMissed.code, TickMissed.title, TickMissed.hint)
        told = [Run(schedule.schedule, tick, problem=problem) for tick in missed]
        # The line of the run is there first, so that a crash at this very moment is told as one, too.
        unfinished = Failure(TickMissed.code, "the node has not finished proposing it", TickMissed.hint)
        begun = [Run(schedule.schedule, on_time, problem=unfinished)] if on_time else []
        if self._store.tick(schedule, after, [*told, *begun]) and on_time:
            run = self._insist(lambda: self._runs.propose(schedule, on_time), on_time)
            self._insist(lambda: self._store.keep(run), on_time)

    def _insist(self, act: Callable[[], _Done], due_ms: int) -> _Done:
        """Do something again while the disk is full or the database is away, as long as it is not too late for it."""
        while True:
            try:
                return act()
            except (StorageFull, DatabaseAway) as error:
                if self._loop.closing or now_ms() - due_ms > _LATE_MS:
                    raise
                _LOG.warning("waits", code=error.code)
                time.sleep(_LOOK_S)
