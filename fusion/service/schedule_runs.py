"""One run of a schedule: a proposal with the newest data set of the name, unless the run before goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from common import log
from common.errors import HanseError
from common.sql import DatabaseAway, StorageFull
from fusion.domain import states
from fusion.domain.asking import NewTask, Repeat
from fusion.domain.errors import RunOpen, UnknownDataSet
from fusion.domain.models import Failure
from fusion.domain.schedules import Run, Schedule
from fusion.service.data_sets import DataSets
from fusion.service.proposing import Proposing
from fusion.service.tasks import Tasks

_LOG = log.get(__name__)


class ScheduleRuns:
    """Proposes by schedules, one run of each at a time."""

    def __init__(self, tasks: Tasks, proposing: Proposing, data_sets: DataSets) -> None:
        self._tasks, self._proposing, self._data_sets = tasks, proposing, data_sets
        self._lock = threading.Lock()
        self._proposes: set[str] = set()

    def propose(self, schedule: Schedule, due_ms: int) -> Run:
        """Propose, and return the run with its alignment or what stands against it; nothing is kept of that here.

        Raises
        ------
        StorageFull, DatabaseAway
            Nothing was proposed, nor refused.
        """
        try:
            with self._alone(schedule.schedule):
                self._check_last(schedule)
                task = self._proposing.propose(self._new(schedule))
        except (StorageFull, DatabaseAway):
            raise
        except HanseError as error:
            _LOG.warning("scheduled_run_refused", schedule=schedule.schedule, code=error.code, party=error.party)
            return Run(schedule.schedule, due_ms, problem=Failure.of(error))
        return Run(schedule.schedule, due_ms, task.task)

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
