"""Starts, follows and stops tasks; every change is kept on disk and told to those who watch."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Protocol

from common import canonical
from kernel.core.errors import BadParameters, Cancelled
from kernel.core.registry import find
from kernel.domain.task import ExecutorDied, Failure, NoSuchTask, TaskStatus
from kernel.store.checkpoints import FileCheckpoint
from kernel.store.layout import Layout, write_whole

_FORCE_S = 5.0  # the time that the end of an executor itself may take


class Executor(Protocol):
    """What a task needs of an executor."""

    def command(self, do: str, spec: dict[str, Any]) -> None:
        """Send `start` or `stop`."""


class Pool(Protocol):
    """What tasks need of the pool of executors."""

    def of_job(self, job: str) -> Executor:
        """Return the job's executor, giving it one when it has none."""

    def find(self, job: str) -> Executor | None:
        """Return the job's executor, if it has one."""

    def release(self, job: str, wait_s: float = ...) -> None:
        """End the job's executor: by force once `wait_s` is over."""


class Tasks:
    """All tasks of this kernel, newest attempt each.

    Parameters
    ----------
    stop_s
        How long a task that is asked to stop may take, for instance in the middle of a long stage; then its executor
        is ended.
    """

    def __init__(self, layout: Layout, member: str, stop_s: float = 1.0) -> None:
        self._layout, self._member, self._stop_s = layout, member, stop_s
        self._lock = threading.Lock()
        self._ended = threading.Condition(self._lock)
        self._stopping: set[tuple[str, str, int]] = set()
        self._status: dict[tuple[str, str], TaskStatus] = {}
        self._watchers: set[queue.SimpleQueue[TaskStatus]] = set()
        self._pool: Pool | None = None
        self._restore()

    def attach(self, pool: Pool) -> None:
        """Connect the pool, whose events come to `on_event`."""
        self._pool = pool

    @property
    def pool(self) -> Pool:
        """The pool of executors."""
        if self._pool is None:
            raise RuntimeError("attach() comes first")
        return self._pool

    def start(self, spec: dict[str, Any]) -> None:
        """Start an attempt; the same or an older attempt again changes nothing.

        Raises
        ------
        BadParameters
            The component is not installed here in that version.
        NoSlot
            All executors are at work.
        """
        find(spec["component"], spec["component_version"])
        if spec["member"] != self._member:
            raise BadParameters(f"the task is for {spec['member']}, this kernel belongs to {self._member}")
        key = (spec["job"], spec["task"])
        with self._lock:
            known = self._status.get(key)
            if known is not None and known.attempt >= spec["attempt"]:
                return
        if known is not None and not known.ended:
            # Two attempts at once would write over each other's checkpoints.
            self.stop(*key)
            older = known.attempt
            with self._lock:
                self._ended.wait_for(lambda: self._over(*key, older), self._stop_s + _FORCE_S)
        executor = self.pool.of_job(spec["job"])
        with self._lock:
            known = self._status.get(key)
            if known is not None and known.attempt >= spec["attempt"]:
                return
            self._set(
                TaskStatus(*key, attempt=spec["attempt"], state="running", revision=known.revision + 1 if known else 0)
            )
        executor.command("start", spec)

    def stop(self, job: str, task: str) -> None:
        """Stop a running attempt: ask it to, and end its executor when it does not; one that has ended stays so."""
        with self._lock:
            status = self._status.get((job, task))
            if status is None or status.ended:
                return
            name = (job, task, status.attempt)
            if name in self._stopping:
                return
            self._stopping.add(name)
        executor = self.pool.find(job)
        if executor is not None:
            executor.command("stop", {"task": task})
        threading.Thread(target=self._see_to_end, args=name, name=f"stop-{task}", daemon=True).start()

    def _see_to_end(self, job: str, task: str, attempt: int) -> None:
        """Wait for the end of an attempt that was asked to stop, and bring it about when the time is over."""
        with self._lock:
            if self._ended.wait_for(lambda: self._over(job, task, attempt), self._stop_s):
                return
            running = self._running(job)
        self.pool.release(job, 0.0)
        self._fail(running)

    def _over(self, job: str, task: str, attempt: int) -> bool:
        status = self._status[job, task]
        return status.attempt != attempt or status.ended

    def _running(self, job: str) -> list[TaskStatus]:
        return [status for status in self._status.values() if status.job == job and not status.ended]

    def release(self, job: str) -> None:
        """End the job's executor and whatever still runs in it; finished tasks need their checkpoints no more."""
        with self._lock:
            running = self._running(job)
            ready = [status for status in self._status.values() if status.job == job and status.state == "ready"]
            self._stopping |= {(job, status.task, status.attempt) for status in running}
        self.pool.release(job)
        self._fail(running)
        for status in ready:
            FileCheckpoint(self._layout.checkpoints(job, status.task), resume=False)

    def get(self, job: str, task: str) -> TaskStatus:
        """Return the newest attempt.

        Raises
        ------
        NoSuchTask
            It was never started here.
        """
        with self._lock:
            status = self._status.get((job, task))
        if status is None:
            raise NoSuchTask(f"task {task} of job {job} was never started here")
        return status

    def watch(self, job: str, still_wanted: "threading.Event") -> Iterator[TaskStatus]:
        """Yield the present states, then every change, until `still_wanted` is cleared."""
        inbox: queue.SimpleQueue[TaskStatus] = queue.SimpleQueue()
        with self._lock:
            present = list(self._status.values())
            self._watchers.add(inbox)
        try:
            yield from (status for status in present if not job or status.job == job)
            while still_wanted.is_set():
                try:
                    status = inbox.get(timeout=0.5)
                except queue.Empty:
                    continue
                if not job or status.job == job:
                    yield status
        finally:
            with self._lock:
                self._watchers.discard(inbox)

    def on_event(self, job: str, event: dict[str, Any]) -> None:
        """Take an executor's event."""
        if event["event"] == "gone":
            self._executor_gone(job)
        elif event["event"] != "ready":
            self._task_event(event)

    def _executor_gone(self, job: str) -> None:
        with self._lock:
            running = self._running(job)
        self._fail(running)

    def _fail(self, running: list[TaskStatus]) -> None:
        """Note the end of attempts whose executor has ended: as was asked of them, or by an accident."""
        for before in running:
            name = (before.job, before.task, before.attempt)
            with self._lock:
                if self._over(*name):
                    continue
                asked = name in self._stopping
                error = (
                    Cancelled("the task was stopped")
                    if asked
                    else ExecutorDied(f"the process that ran job {before.job} ended")
                )
                failure = Failure(error.code, error.detail, error.public_detail, error.hint, self._member)
                ended = self._status[before.job, before.task].changed(
                    state="stopped" if asked else "failed", failure=failure, waiting_for="", ended_ms=_now()
                )
                self._set(ended)

    def _task_event(self, event: dict[str, Any]) -> None:
        with self._lock:
            status = self._status.get((event["job"], event["task"]))
            if status is None or status.attempt != event["attempt"] or status.ended:
                return  # of an attempt that a newer one has replaced
            if event["event"] == "status":
                status = status.changed(
                    progress=event["progress"], step=event["step"], waiting_for=event["waiting_for"]
                )
            elif event["event"] == "done":
                status = status.changed(state="ready", progress=1.0, outputs=tuple(event["outputs"]), ended_ms=_now())
            else:
                failure = Failure(**event["failure"])
                status = status.changed(state=event["state"], failure=failure, waiting_for="", ended_ms=_now())
            self._set(status)

    def _set(self, status: TaskStatus) -> None:
        previous = self._status.get((status.job, status.task))
        self._status[status.job, status.task] = status
        if previous is None or previous.state != status.state or previous.attempt != status.attempt:
            path = self._layout.task(status.job, status.task) / "status.json"
            write_whole(path, canonical.dumps(asdict(status)))
        if status.ended:
            self._stopping.discard((status.job, status.task, status.attempt))
        self._ended.notify_all()
        for watcher in self._watchers:
            watcher.put(status)

    def _restore(self) -> None:
        """Read the states of an earlier life; what ran then has failed now, since its executors ended with us."""
        error = ExecutorDied("the kernel was restarted")
        failure = Failure(error.code, error.detail, error.public_detail, error.hint, self._member)
        for path in self._layout.root.glob("jobs/*/*/status.json"):
            value = json.loads(path.read_bytes())
            value["failure"] = Failure(**value["failure"]) if value["failure"] else None
            status = TaskStatus(**{**value, "outputs": tuple(value["outputs"])})
            if not status.ended:
                status = status.changed(state="failed", failure=failure, ended_ms=_now())
            self._status[status.job, status.task] = status


def _now() -> int:
    return int(time.time() * 1000)
