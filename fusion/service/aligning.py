"""Runs our side of an accepted alignment; a restart goes on where the files say."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from common import log
from common.errors import InvalidInput
from fusion.domain import states
from fusion.domain.errors import NotReady, UnknownTask, WrongState
from fusion.domain.models import Task
from fusion.service.ids import Ids, read_ids, write_rows
from fusion.service.inbox import Inbox
from fusion.service.ports import PartnerNode
from fusion.service.surroundings import NodeVault, NodeWire
from fusion.service.tasks import Tasks
from fusion.service.terms import salt_of, terms_of
from fusion.store.base import TaskStore, WorkFiles
from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import Digests, Found, Side

_LOG = log.get(__name__)
_AHEAD = 2  # pieces a thread that are under way
_PATIENCE_S = 30.0  # how long a silent partner keeps a thread that other alignments wait for


class StillWaiting(Exception):
    """Nothing more can be done now: the partner has to do something, or the alignment or the node ends."""


class Aligning:
    """What the driver runs."""

    def __init__(
        self,
        member: str,
        store: TaskStore,
        tasks: Tasks,
        files: WorkFiles,
        inbox: Inbox,
        threads: int,
        over: threading.Event,
    ) -> None:
        self._store, self._tasks, self._files, self._inbox, self._over = store, tasks, files, inbox, over
        self._threads, self._member = threads, member
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="numbers")

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown()

    def run(self, task: Task, node: PartnerNode, crowded: Callable[[], bool]) -> None:
        """Go on with an alignment.

        Parameters
        ----------
        crowded
            Whether other alignments wait for a thread.

        Raises
        ------
        StillWaiting
            Come back later.
        HanseError
            It cannot succeed.
        """
        if task.state == states.QUEUED:
            if not task.proposed_here:
                node.accept(task.task, task.ids)
            self._advance(task, states.QUEUED)
        if task.state != states.READY:
            self._align(task, node, crowded)
        if task.role == states.RECEIVER:
            self._tell(task, node)

    def _advance(self, task: Task, only_in: str, **values: Any) -> None:
        """Change a task that goes on; StillWaiting when it has ended, or the node is being stopped."""
        going_on = {"state": states.RUNNING, "phase": "aligning", **values}
        if self._over.is_set() or not self._store.change(task.task, [only_in], **going_on):
            raise StillWaiting("the alignment or the node has ended")

    def _align(self, task: Task, node: PartnerNode, crowded: Callable[[], bool]) -> None:
        salt = salt_of(task, self._member)
        place = self._files.table(task.data_set)
        ids = read_ids(place, task.columns, task.key_rule, salt, hashed_here=task.hashed_here)
        if len(ids.digests) != task.ids:
            raise InvalidInput(
                "the data set has changed since the proposal", hint="Propose again with the data set as it is now."
            )
        found = self._protocol(task, node, ids.digests, crowded)
        self._write(task, ids, found)
        values = {"state": states.READY, "phase": "telling", "progress": 1.0, "intersection": found.size}
        done = self._store.change(task.task, [states.RUNNING], **values, has_result=found.common is not None)
        if not done:
            self._files.result(task.task).unlink(missing_ok=True)
            raise StillWaiting("the alignment has ended here")

    def _protocol(self, task: Task, node: PartnerNode, digests: Digests, crowded: Callable[[], bool]) -> Found:
        told, since = "", time.monotonic()

        def goes_on(whom: str) -> None:
            nonlocal told, since
            self._advance(task, states.RUNNING, **({} if whom == told else {"waiting_for": whom}))
            if not whom or not told:
                since = time.monotonic()
            told = whom
            # The protocol is run anew later, from what is kept: partners that say nothing must not stop all others.
            if whom and time.monotonic() - since > _PATIENCE_S and crowded():
                raise StillWaiting(f"waiting for {whom}, and others wait for a thread")

        def progress(done: float) -> None:
            nonlocal since
            self._advance(task, states.RUNNING, progress=done)
            since = time.monotonic()  # a message has come since then, or we were at work

        wire = NodeWire(task, node, self._inbox, self._files, self._over, goes_on)
        vault = NodeVault(task.task, self._files)
        side = Side(terms_of(task), wire, vault, SystemRng(), self._on_all_threads, progress)
        psi = protocols()[task.protocol]
        return (psi.receive if task.role == states.RECEIVER else psi.send)(side, digests)

    def _on_all_threads(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
        """As `map`, with a few parts under way."""
        waiting: list[Future[Any]] = []
        try:
            for part in parts:
                waiting.append(self._pool.submit(function, part))
                if len(waiting) > _AHEAD * self._threads:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()

    def _write(self, task: Task, ids: Ids, found: Found) -> None:
        if found.common is not None:
            write_rows(self._files.table(task.data_set), ids, found.common, self._files.result(task.task))

    def _tell(self, task: Task, node: PartnerNode) -> None:
        """Tell the sender that there is a result, and end."""
        try:
            node.done(task.task)
        except NotReady as error:
            raise StillWaiting(error.detail) from error
        except (UnknownTask, WrongState) as error:
            # They stopped after all had been said: our result is right none the less.
            _LOG.info("done_untold", task=task.task, code=error.code)
        self._tasks.succeed(task.task)

    def done(self, partner: str, name: str) -> None:
        """Take in that the receiver has its result.

        Raises
        ------
        NotReady
            We have not got so far: ask again.
        """
        task = self._inbox.of(partner, name)
        if task.role != states.SENDER:
            raise UnknownTask(f"{partner} ends alignment {name}, in which it is the sender")
        if task.state in (states.RUNNING, states.QUEUED):
            raise NotReady("the sender is still at it", public_detail=NotReady.title)
        if task.state not in (states.READY, states.SUCCEEDED):
            raise WrongState(f"the alignment is {task.state}", public_detail=f"the alignment is {task.state}")
        self._tasks.succeed(name)
