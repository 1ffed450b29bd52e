"""Delivery of spooled messages: a lane of workers for each member, with retries until the grant expires."""

from __future__ import annotations

import heapq
import itertools
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common import log
from common.errors import DeadlineExceeded, HanseError, Unavailable
from common.rpc.errors import CallerBlacklistedError, CallerFrozenError, MethodNotAllowedError
from common.rpc.wire import now_ms
from gateway.domain.errors import (
    DeliveryRefusedError,
    GrantExpiredError,
    MessageConflictError,
    MessageShapeError,
    NotGrantedError,
    NotOpenYetError,
    NotYourMessageError,
    StaleAttemptError,
    TaskClosedError,
)
from gateway.domain.messages import EgressLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.messages import Parcel
    from gateway.service.contacts import Contacts
    from gateway.service.ports import Peers
    from gateway.service.tasks import Tasks
    from gateway.store.base import OutboxStore, Spool

_LOG = log.get(__name__)
_RANDOM = secrets.SystemRandom()
_REFUSED = (
    NotGrantedError,
    MessageConflictError,
    NotYourMessageError,
    MessageShapeError,
    GrantExpiredError,
    CallerBlacklistedError,
    CallerFrozenError,
    MethodNotAllowedError,
)
_USELESS = (StaleAttemptError, TaskClosedError)
_FIRST_PAUSE_S = 0.02
#: The receiver's flow opens the task any moment.
_NOT_OPEN_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_BASE_TIMEOUT_S = 20.0
_SLOWEST_BYTES_PER_S = 500_000


@dataclass(order=True, slots=True)
class _Waiting:
    due: float
    number: int
    parcel: Parcel = field(compare=False)
    tries: int = field(compare=False, default=0)


class _Lane:
    """What waits for one member."""

    def __init__(self, member: str, deliver: Callable[[_Waiting], None], workers: int) -> None:
        self.member = member
        self._deliver = deliver
        self._changed = threading.Condition()
        self._heap: list[_Waiting] = []
        self._held_until = 0.0
        self._failures = 0
        self._over = False
        self._threads = [
            threading.Thread(target=self._work, name=f"deliver-{member}-{n}", daemon=True) for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def push(self, waiting: _Waiting) -> None:
        with self._changed:
            heapq.heappush(self._heap, waiting)
            self._changed.notify()

    def hold(self) -> None:
        """Pause the lane after the transport failed."""
        with self._changed:
            self._failures += 1
            pause = min(0.05 * 2 ** min(self._failures, 10), _LONGEST_PAUSE_S) * _RANDOM.uniform(0.5, 1)
            self._held_until = time.monotonic() + pause

    def free(self, *, retry_now: bool) -> None:
        """End the pause; with `retry_now` everything is due at once."""
        with self._changed:
            self._failures = 0
            self._held_until = 0.0
            if retry_now:
                for waiting in self._heap:
                    waiting.due = 0.0
                heapq.heapify(self._heap)
            self._changed.notify_all()

    def drop(self, useless: Callable[[Parcel], bool]) -> None:
        with self._changed:
            self._heap = [w for w in self._heap if not useless(w.parcel)]
            heapq.heapify(self._heap)

    def _next(self) -> _Waiting | None:
        with self._changed:
            while not self._over:
                if not self._heap:
                    self._changed.wait()
                    continue
                pause = max(self._heap[0].due, self._held_until) - time.monotonic()
                if pause <= 0:
                    return heapq.heappop(self._heap)
                self._changed.wait(pause)
            return None

    def _work(self) -> None:
        while (waiting := self._next()) is not None:
            try:
                self._deliver(waiting)
            except Exception:  # noqa: BLE001 (whatever breaks in one delivery; it is logged, and tried again)
                # A lane that died would hold its messages for ever; the message itself is tried again.
                _LOG.exception("delivery_broke", member=self.member)
                waiting.due = time.monotonic() + _LONGEST_PAUSE_S
                self.push(waiting)

    def stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(2.0)


class Dispatcher:
    """Delivers spooled messages."""

    def __init__(
        self, peers: Peers, tasks: Tasks, store: OutboxStore, spool: Spool, contacts: Contacts, workers: int = 3
    ) -> None:
        self._peers = peers
        self._tasks = tasks
        self._store = store
        self._spool = spool
        self._contacts = contacts
        self._workers = workers
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}
        self._numbers = itertools.count()
        self.on_end: list[Callable[[Parcel], None]] = []
        self.on_refused: list[Callable[[], None]] = []
        tasks.on_drop(self.drop)
        contacts.on_back.append(self.retry_now)

    def start(self) -> None:
        """Go on with what was on its way when the process ended."""
        for parcel in self._store.unfinished():
            # It may have left in part, so the resume point is asked for first.
            self._push(_Waiting(0.0, next(self._numbers), parcel, tries=1))

    def submit(self, parcel: Parcel) -> None:
        """Deliver a message that was just spooled."""
        self._push(_Waiting(0.0, next(self._numbers), parcel))

    def _push(self, waiting: _Waiting) -> None:
        member = waiting.parcel.key.receiver
        with self._lock:
            lane = self._lanes.get(member)
            if lane is None:
                lane = self._lanes[member] = _Lane(member, self._deliver, self._workers)
        lane.push(waiting)

    def retry_now(self, member: str) -> None:
        """Try what waits for the member at once."""
        with self._lock:
            lane = self._lanes.get(member)
        if lane is not None:
            lane.free(retry_now=True)

    def drop(self, job: str, task: str, below: int | None) -> None:
        """Forget a task's messages: all, or those of attempts below one."""
        with self._lock:
            lanes = list(self._lanes.values())

        def useless(parcel: Parcel) -> bool:
            of_task = (parcel.key.job, parcel.key.task) == (job, task)
            return of_task and (below is None or parcel.key.attempt < below)

        for lane in lanes:
            lane.drop(useless)

    def _deliver(self, waiting: _Waiting) -> None:
        parcel, key = waiting.parcel, waiting.parcel.key
        lane = self._lanes[key.receiver]
        started = time.monotonic()
        try:
            self._send(parcel, again=waiting.tries > 0)
        except _USELESS as error:
            self._end(parcel, "dropped", error)
        except _REFUSED as error:
            self._refuse(parcel, error)
        except (Unavailable, DeadlineExceeded) as error:
            self._contacts.failed(key.receiver, started, error)
            lane.hold()
            self._again(lane, waiting, 0.0)
        except NotOpenYetError:
            self._contacts.ok(key.receiver)
            self._again(lane, waiting, _NOT_OPEN_PAUSE_S)
        except HanseError as error:
            _LOG.warning("delivery_delayed", member=key.receiver, job=key.job, task=key.task, code=error.code)
            self._again(lane, waiting, _LONGEST_PAUSE_S)
        else:
            self._contacts.ok(key.receiver)
            lane.free(retry_now=False)
            self._end(parcel, "delivered")

    def _send(self, parcel: Parcel, *, again: bool) -> None:
        announced, key = parcel.announced, parcel.key
        self._tasks.allow(key, announced.total_bytes)
        timeout = _BASE_TIMEOUT_S + announced.total_bytes / _SLOWEST_BYTES_PER_S
        self._store.start(parcel, _egress_line(parcel))
        from_byte = 0
        if again:
            delivered, from_byte = self._peers.resume_point(announced, 5.0)
            if delivered:
                return
        self._peers.deliver(announced, from_byte, self._spool.chunks(key, from_byte), timeout)

    def _again(self, lane: _Lane, waiting: _Waiting, longest_s: float) -> None:
        pause = min(_FIRST_PAUSE_S * 2 ** min(waiting.tries, 10), longest_s) * _RANDOM.uniform(0.5, 1)
        lane.push(_Waiting(time.monotonic() + pause, waiting.number, waiting.parcel, waiting.tries + 1))

    def _refuse(self, parcel: Parcel, error: HanseError) -> None:
        key = parcel.key
        detail = f"{key.receiver} refuses {key.message!r}: {error}"
        refusal = DeliveryRefusedError(detail, hint=error.hint, party=key.receiver, component=parcel.component)
        self._tasks.fail(key, refusal)
        self._end(parcel, "refused", error)
        for tell in self.on_refused:
            tell()

    def _end(self, parcel: Parcel, state: str, error: HanseError | None = None) -> None:
        key = parcel.key
        self._store.end(key, state, error.code if error else "", error.detail if error else "")
        self._spool.remove(key)
        for tell in self.on_end:
            tell(parcel)
        event = {
            "member": key.receiver,
            "job": key.job,
            "task": key.task,
            "attempt": key.attempt,
            "message": key.message,
        }
        if error is None:
            _LOG.debug("message_delivered", **event)
        else:
            _LOG.warning("message_not_delivered", state=state, code=error.code, detail=error.detail, **event)

    def stop(self) -> None:
        """End all lanes; what is undelivered stays in the spool."""
        with self._lock:
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.stop()


def _egress_line(parcel: Parcel) -> EgressLine:
    key, announced = parcel.key, parcel.announced
    return EgressLine(
        now_ms(),
        key.receiver,
        key.job,
        key.task,
        key.attempt,
        parcel.component,
        key.message,
        parcel.kind,
        announced.total_bytes,
        announced.sha256,
    )
