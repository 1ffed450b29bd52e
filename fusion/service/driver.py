"""Drives alignments: one thread looks for what is to be done, a few do it; a restart goes on where the files say."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from common import log
from common.errors import DeadlineExceeded, HanseError, Internal, Unavailable
from common.loops import Loop
from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import Dishonest, TimedOut, UnknownPartner, UnknownTask
from fusion.domain.models import Failure, Task
from fusion.service.aligning import Aligning, StillWaiting
from fusion.service.offers import offer_of
from fusion.service.ports import PartnerNodes
from fusion.service.tasks import Tasks
from fusion.store.base import TaskStore, WorkFiles
from kernel.core.errors import BadPayload

_LOG = log.get(__name__)
_LOOK_S = 0.5
_AGAIN_S = 0.5
_AGAIN_AWAY_S = 2.0
_AT_ONCE = 32  # most of them wait for their partners; the numbers have threads of their own
_TELL_MS = 86_400_000  # how long after its deadline an end is still told


class Driver:
    """Starts and ends with the service."""

    def __init__(
        self,
        store: TaskStore,
        tasks: Tasks,
        aligning: Aligning,
        nodes: PartnerNodes,
        files: WorkFiles,
        wakened: threading.Event,
        over: threading.Event,
    ) -> None:
        self._store, self._tasks, self._aligning = store, tasks, aligning
        self._nodes, self._files = nodes, files
        self._over = over
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
        self._loop.start()

    def close(self) -> None:
        """Stop after the present batch; nothing is lost."""
        self._over.set()
        self._loop.close(10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _look(self) -> float:
        self._expire()
        for task in self._store.in_states(states.ACTIVE):
            # Whoever waits for the partner's people, or for the receiver to be done, has nothing to do by itself.
            if task.state != states.WAITING and (task.state != states.READY or task.role == states.RECEIVER):
                self._submit(task)
        for task in self._store.untold():
            self._submit(task)
        return _LOOK_S

    def _expire(self) -> None:
        for task in self._store.in_states(states.OPEN):
            if task.expires_ms <= now_ms():
                failure = Failure(TimedOut.code, f"waiting for {task.waiting_for or task.phase}", TimedOut.hint)
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
            pause = self._step(self._tasks.get(name))
        except Exception as problem:  # noqa: BLE001 (a fault in one alignment must not end the others)
            _LOG.error("alignment_broke", task=name, exc_info=problem)
            self._tasks.fail(name, Internal("the alignment broke; the node's log has the details"))
            pause = self._pause(name)
        finally:
            if self._tasks.get(name).state in states.ENDED:
                self._files.forget(name)
            with self._lock:
                self._busy.discard(name)
                self._not_before[name] = time.monotonic() + pause
            if not pause:
                self._not_before.pop(name, None)

    def _step(self, task: Task) -> float:
        """Do what is to be done; returns for how many seconds there is nothing more to do."""
        try:
            if task.state in states.ENDED:
                self._tell_end(task)
            elif task.state == states.CREATED:
                self._nodes.node(task.partner).propose(offer_of(task))
                self._tasks.offered(task.task)
            else:
                self._aligning.run(task, self._nodes.node(task.partner), self._crowded)
        except StillWaiting:
            return _AGAIN_S
        except (Unavailable, DeadlineExceeded) as error:
            _LOG.info("partner_away", task=task.task, partner=task.partner, code=error.code)
            self._store.change(task.task, states.ACTIVE, waiting_for=task.partner)
            return _AGAIN_AWAY_S
        except HanseError as error:
            self._fail(task, error)
            return self._pause(task.task)
        return 0.0

    def _pause(self, name: str) -> float:
        """Return how long to wait after an error: what is ready stays and is tried again, the others have ended."""
        return _AGAIN_AWAY_S if self._tasks.get(name).state == states.READY else 0.0

    def _crowded(self) -> bool:
        """Whether alignments wait for a thread."""
        with self._lock:
            return len(self._busy) > _AT_ONCE

    def _fail(self, task: Task, error: HanseError) -> None:
        if isinstance(error, BadPayload):
            # What the mathematics refuse is what the partner sent.
            error = Dishonest(error.detail, party=task.partner)
        _LOG.warning("alignment_failed", task=task.task, code=error.code, party=error.party)
        if not self._tasks.fail(task.task, error) and task.untold:
            self._store.change(task.task, states.ENDED, untold=False)

    def _tell_end(self, task: Task) -> None:
        try:
            if task.expires_ms + _TELL_MS > now_ms():
                self._nodes.node(task.partner).end(task.task, task.state, task.reason)
        except (UnknownTask, UnknownPartner):
            # They never heard of it, or we talk to them no more.
            _LOG.info("end_untold", task=task.task, partner=task.partner)
        self._store.change(task.task, states.ENDED, untold=False)
