"""Drives alignments: one thread looks for what is to be done, a few do it; a restart goes on where the files say."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from common import log
from common.errors import Internal
from common.loops import Loop
from common.rpc.wire import now_ms
from common.sql import DatabaseAway, StorageFull
from fusion.domain import states
from fusion.domain.errors import PausedTooLong, TimedOut
from fusion.domain.models import Failure, Task
from fusion.service.steps import Steps
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore, WorkFiles

_LOG = log.get(__name__)
_LOOK_S = 0.5
_AGAIN_OWN_S = 3.0
_AT_ONCE = 32  # most of them wait for their partners; the numbers have threads of their own


class Driver:
    """Starts and ends with the service."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        files: WorkFiles,
        steps: Steps,
        wakened: threading.Event,
        over: threading.Event,
        pause_at_most_s: int,
    ) -> None:
        self._store, self._tasks, self._files, self._steps = store, tasks, files, steps
        self._over, self._pause_at_most_ms = over, 1000 * pause_at_most_s
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="alignment")
        self._loop = Loop("driver", self._look, bell=wakened)

    def start(self) -> None:
        """Begin; unfinished alignments go on, and what is still kept of others goes."""
        kept = self._files.kept()  # looked at first: who begins meanwhile is among the unfinished
        unfinished = {task.task for task in self._store.in_states(states.OPEN)}
        for name in kept:
            if name not in unfinished:
                self._files.forget(name)
        for name in self._files.results():  # rows that were written, and the alignment ended before it had said so
            task = self._store.find(name)
            if task is not None and task.state in states.ENDED and not task.has_result:
                self._files.result(name).unlink(missing_ok=True)
        self._loop.start()

    def close(self) -> None:
        """Stop after the present batch; nothing is lost."""
        self._over.set()
        self._loop.close(10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self) -> float:
        self._expire()
        open_, untold = self._store.in_states(states.OPEN), self._store.untold()
        self._forget_pauses({task.task for task in (*open_, *untold)})
        for task in (*filter(_has_to_do, open_), *untold):
            self._submit(task)
        return _LOOK_S

    def _forget_pauses(self, known: set[str]) -> None:
        """Of what has ended while it waited, nothing is kept."""
        with self._lock:
            for name in [name for name in self._not_before if name not in known]:
                del self._not_before[name]

    def _expire(self) -> None:
        for task in self._store.in_states(states.OPEN):
            ends_ms = task.paused_ms + self._pause_at_most_ms if task.paused else task.expires_ms
            if ends_ms <= now_ms():
                failure = Failure(TimedOut.code, f"waiting for {task.waiting_for or task.phase}", TimedOut.hint)
                if task.paused:
                    failure = Failure(PausedTooLong.code, f"paused by {task.paused_by}", PausedTooLong.hint)
                if task.state == states.READY:
                    self._tasks.end_ready(task, states.TIMED_OUT, "", failure, told=False)
                else:
                    self._tasks.end(task.task, states.TIMED_OUT, failure=failure, only_in=[task.state])

    def _submit(self, task: Task) -> None:
        with self._lock:
            busy = task.task in self._busy or self._not_before.get(task.task, 0.0) > time.monotonic()
            if busy or self._over.is_set():
                return
            self._busy.add(task.task)
        self._pool.submit(self._work, task.task)

    def _work(self, name: str) -> None:
        pause = 0.0
        try:
            pause = self._steps.do(self._tasks.get(name), self._crowded)
        except (StorageFull, DatabaseAway) as error:  # not even why it waits could be written down
            _LOG.warning("waits_for_room_or_database", task=name, code=error.code)
            pause = _AGAIN_OWN_S
        except Exception as problem:  # noqa: BLE001 (a fault in one alignment must not end the others)
            _LOG.error("alignment_broke", task=name, exc_info=problem)
            self._tasks.fail(name, Internal("the alignment broke; the node's log has the details"))
            pause = self._steps.after_error(name)
        finally:
            self._leave(name, pause)

    def _leave(self, name: str, pause: float) -> None:
        try:
            if self._tasks.get(name).state in states.ENDED:
                self._files.forget(name)
        finally:  # also where the database does not answer: else it would never be looked at again
            with self._lock:
                self._busy.discard(name)
                self._not_before[name] = time.monotonic() + pause

    def _crowded(self) -> bool:
        """Whether alignments wait for a thread."""
        with self._lock:
            return len(self._busy) > _AT_ONCE


def _has_to_do(task: Task) -> bool:
    """Whether we have to do something, or ask the partner whether it has, without anybody's word before."""
    if task.paused or task.pause_untold:
        return task.pause_untold
    if task.state == states.PENDING:
        return task.by_consent
    # Whoever waits for the partner's people, or for the receiver to be done, has nothing to do by itself.
    return task.state != states.WAITING and (task.state != states.READY or task.role == states.RECEIVER)
