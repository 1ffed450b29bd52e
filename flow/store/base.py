"""The ports of flow's store."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from flow.domain.history import Event
from flow.domain.job import Job
from flow.domain.states import State


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the history."""

    id: int
    time_ms: int
    event: Event


@dataclass(frozen=True, slots=True)
class Run:
    """One time that a schedule ran, or could not; `id` is 0 until it is kept."""

    time_ms: int
    job: str
    problem: str = ""
    code: str = ""  # of the problem
    party: str = ""  # the member that can act on it
    tries: int = 0  # how often it was tried again
    id: int = 0


FIXED, NEWEST = "fixed", "newest"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A saved flow that runs again; `template` is a serialised JobSpec, `window` says which versions a run reads."""

    schedule: str
    cron: str
    timezone: str
    template: bytes
    enabled: bool = True
    window: str = FIXED
    max_age_days: int = 0
    retries: int = 0


class JobStore(Protocol):
    """Jobs; each change is one transaction, and what it did is kept as events."""

    def add(self, job: Job) -> Job:
        """Keep a new job; returns the one that is there already under its id, unchanged."""

    def get(self, job: str) -> Job:
        """Read a job; raises NoSuchJob."""

    def change(self, job: str, change: Callable[[Job], Job]) -> Job:
        """Read, change and write in one transaction; an unchanged job is not written."""

    def find(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> list[Job]:
        """List jobs, newest first, from after a job on; `text` is looked for in name and id, whatever its case."""

    def events(self, job: str, *, task: str = "", member: str = "", after: int = 0, limit: int = 500) -> list[Recorded]:
        """List what happened to a job, the oldest first."""

    def states(self, jobs: Collection[str]) -> dict[str, State]:
        """Return the states of those that are there."""

    def open_jobs(self) -> list[str]:
        """List the ids of the jobs that are to be driven: not ended, or ended and not yet tidied."""

    def claim(self, job: str, holder: str, now_ms: int, until_ms: int) -> bool:
        """Take or renew the lease of a job; False when another holder has it, or nothing is left to do for it."""

    def release(self, job: str, holder: str, *, tidied: bool) -> None:
        """Give the lease back; a tidied job is not driven again until it is changed."""


class ScheduleStore(Protocol):
    """Schedules and their runs."""

    def put(self, schedule: Schedule) -> None:
        """Add or replace."""

    def all(self) -> list[Schedule]:
        """List them by id."""

    def find(self, schedule: str) -> Schedule:
        """Return one; raises NoSuchSchedule."""

    def delete(self, schedule: str) -> None:
        """Delete with its runs; nothing happens when it is not there."""

    def ran(self, schedule: str, run: Run) -> Run:
        """Keep a run, or what became of one that is kept; returns it with its id."""

    def runs(self, schedule: str, limit: int) -> list[Run]:
        """List the newest runs first."""

    def run(self, run: int) -> tuple[str, Run] | None:
        """Return a run and whose it is."""

    def run_of(self, job: str) -> tuple[str, Run] | None:
        """Return the run that started a job, and whose it is."""
