"""An alignment while it runs: what is done, whom it waits for, and whether it may go on."""

import time
from collections.abc import Callable
from typing import Any

from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.estimate import rate, remaining_s
from fusion.domain.models import Failure, Task

_PATIENCE_S = 30.0  # how long a silent partner keeps a thread that other alignments wait for


class StillWaiting(Exception):
    """Nothing more can be done now: the partner has to do something, or the alignment or the node ends."""


class Going:
    """One stretch of an alignment's run in this process; `on` and `progress` raise StillWaiting where it must stop.

    Parameters
    ----------
    advance
        Changes a task that is in a state and not paused, or raises StillWaiting.
    crowded
        Whether other alignments wait for a thread.
    """

    def __init__(self, advance: Callable[..., None], task: Task, crowded: Callable[[], bool]) -> None:
        self._advance, self._task, self._crowded = advance, task, crowded
        self._told: str | None = None  # whom the task says that we wait for; None: whatever a stretch before left
        self._done = task.progress
        self._begun = self._since = time.monotonic()

    @property
    def worked_ms(self) -> int:
        """Milliseconds in this and all stretches before."""
        return self._task.worked_ms + int(1000 * (time.monotonic() - self._begun))

    def on(self, whom: str, trouble: Failure | None) -> None:
        """Take in whom we wait for, or nobody, and why."""
        news: dict[str, Any] = {} if whom == self._told else {"waiting_for": whom, "trouble": trouble}
        if trouble is not None:
            news = {"waiting_for": whom, "trouble": trouble, "ends_about_ms": 0}
        self._advance(self._task, states.RUNNING, worked_ms=self.worked_ms, **news)
        if not whom or not self._told:
            self._since = time.monotonic()
        self._told = whom
        # The protocol is run anew later, from what is kept: partners that say nothing must not stop all others.
        if whom and time.monotonic() - self._since > _PATIENCE_S and self._crowded():
            raise StillWaiting(f"waiting for {whom}, and others wait for a thread")

    def progress(self, done: float) -> None:
        """Take in how much is done; after a restart what is kept goes by again, and is not told as less."""
        self._done, self._told = max(self._done, done), ""
        self._since = time.monotonic()  # a message has come since then, or we were at work
        worked_ms = self.worked_ms
        planned_s = (self._task.plan or {}).get("seconds") or 0.0
        left_s = remaining_s(self._done, worked_ms / 1000, planned_s)
        self._advance(
            self._task,
            states.RUNNING,
            progress=self._done,
            worked_ms=worked_ms,
            rate_ids_per_s=rate(self._done, self._task.ids + self._task.partner_rows, worked_ms / 1000),
            ends_about_ms=now_ms() + int(1000 * left_s),
            waiting_for="",
            trouble=None,
        )
