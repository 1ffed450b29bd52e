"""What the kernel knows of a task."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from common.errors import HanseError


class ExecutorDied(HanseError):
    """The process that ran the task ended."""

    code = "HAN-4101"
    title = "The executor ended"
    status = "UNAVAILABLE"
    http = 503
    hint = "The job starts a new attempt by itself. If it happens again, look at memory and at the kernel's log."


class NoSuchTask(HanseError):
    """A task that this kernel has not been asked to run."""

    code = "HAN-4102"
    title = "Unknown task"
    status = "NOT_FOUND"
    http = 404
    hint = "Check the ids of the job and the task."


class NoSlot(HanseError):
    """As many jobs run as this kernel may run at once."""

    code = "HAN-4103"
    title = "No free executor"
    status = "RESOURCE_EXHAUSTED"
    http = 429
    hint = "The job waits until another one ends; or raise max_executors."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed, for our own people (detail) and for the others (public_detail)."""

    code: str
    detail: str
    public_detail: str
    hint: str
    party: str


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """One attempt of a task at this member."""

    job: str
    task: str
    attempt: int
    state: str = "queued"  # queued running ready failed stopped
    progress: float = 0.0
    step: str = ""
    waiting_for: str = ""
    failure: Failure | None = None
    outputs: tuple[str, ...] = ()
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    ended_ms: int = 0
    revision: int = 0

    @property
    def ended(self) -> bool:
        """Whether this attempt has come to its end."""
        return self.state in ("ready", "failed", "stopped")

    def changed(self, **values: Any) -> "TaskStatus":
        """Return the next revision."""
        return replace(self, revision=self.revision + 1, **values)
