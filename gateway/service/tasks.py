"""Open tasks: the grants of the own flow, and what happens when one opens, is overtaken or closes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from common import log
from common.rpc.wire import now_ms
from gateway.domain.errors import NotOpenYetError, StaleAttemptError, TaskClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.errors import HanseError
    from gateway.domain.grants import Grant, GrantedMessage
    from gateway.domain.messages import MessageKey
    from gateway.store.base import GrantStore

_LOG = log.get(__name__)


class Tasks:
    """Knows what each task may send.

    Parameters
    ----------
    own_member : str
        Who we are.
    store : GrantStore
        Keeps the grants over a restart.
    limit_bytes : int
        The gateway's own limit of one message.
    """

    def __init__(self, own_member: str, store: GrantStore, limit_bytes: int) -> None:
        self._own = own_member
        self._store = store
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], Grant] = {}
        self._verdicts: dict[tuple[str, str, int], HanseError] = {}
        self._droppers: list[Callable[[str, str, int | None], None]] = []

    def on_drop(self, drop: Callable[[str, str, int | None], None]) -> None:
        """Call `drop(job, task, below)` when messages lose their use: all (None), or those of lower attempts."""
        self._droppers.append(drop)

    def open(self, grant: Grant) -> None:
        """Open an attempt; the same grant again changes nothing, a lower attempt is refused."""
        grant.check(self._own)
        name = (grant.job, grant.task)
        with self._lock:
            known = self._store.find(*name)
            if known is not None:
                former, closed = known
                if grant.attempt < former.attempt:
                    raise StaleAttemptError(f"attempt {former.attempt} of {grant.job}/{grant.task} was opened before")
                if closed and grant.attempt == former.attempt:
                    raise TaskClosedError(f"attempt {grant.attempt} of {grant.job}/{grant.task} was closed")
            self._store.save(grant)
            self._open[name] = grant
            overtaken = known is not None and grant.attempt > known[0].attempt
        if overtaken:
            self._drop(grant.job, grant.task, grant.attempt)
        _LOG.info("task_opened", job=grant.job, task=grant.task, attempt=grant.attempt, component=grant.component)

    def close(self, job: str, task: str) -> None:
        """Close a task and drop its messages; closing it again changes nothing."""
        with self._lock:
            self._store.close(job, task)
            self._open.pop((job, task), None)
        self._drop(job, task, None)
        _LOG.info("task_closed", job=job, task=task)

    def _drop(self, job: str, task: str, below: int | None) -> None:
        with self._lock:
            for name in [n for n in self._verdicts if n[:2] == (job, task) and (below is None or n[2] < below)]:
                del self._verdicts[name]
        for drop in self._droppers:
            drop(job, task, below)

    def _find(self, job: str, task: str) -> Grant:
        with self._lock:
            grant = self._open.get((job, task))
            if grant is None:
                known = self._store.find(job, task)
                if known is None:
                    raise NotOpenYetError(f"{job}/{task} is not open at {self._own}", party=self._own)
                if known[1]:
                    raise TaskClosedError(f"{job}/{task} is closed at {self._own}", party=self._own)
                grant = self._open[job, task] = known[0]
            return grant

    def allow(self, key: MessageKey, size: int = 0) -> tuple[Grant, GrantedMessage]:
        """Give the grant and the declaration that the message fits; raises when there is none."""
        grant = self._find(key.job, key.task)
        return grant, grant.allow(key, size, self._limit, now_ms())

    def fail(self, key: MessageKey, error: HanseError) -> None:
        """Remember that the attempt is lost, since a partner refused one of its messages for good."""
        with self._lock:
            self._verdicts[key.job, key.task, key.attempt] = error

    def check(self, key: MessageKey) -> None:
        """Raise the error with which the attempt was lost, if it was."""
        with self._lock:
            error = self._verdicts.get((key.job, key.task, key.attempt))
        if error is not None:
            raise error
