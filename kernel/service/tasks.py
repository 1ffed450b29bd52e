"""Starts, follows and stops tasks; every change is kept on disk and told to those who watch."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Protocol

from common import canonical
from kernel.core.errors import BadParameters
from kernel.core.registry import find
from kernel.domain.task import ExecutorDied, Failure, NoSuchTask, TaskStatus
from kernel.store.layout import Layout, write_whole


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

    def release(self, job: str) -> None:
        """End the job's executor."""


class Tasks:
    """All tasks of this kernel, newest attempt each."""

    def __init__(self, layout: Layout, member: str) -> None:
        self._layout, self._member = layout, member
        self._lock = threading.Lock()
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
        executor = self.pool.of_job(spec["job"])
        with self._lock:
            known = self._status.get(key)
            if known is not None and known.attempt >= spec["attempt"]:
                return
            self._set(
                TaskStatus(*key, attempt=spec["attempt"], state="running", revision=known.revision + 1 if known else 0)
            )
        if known is not None and not known.ended:
            executor.command("stop", {"task": spec["task"]})
        executor.command("start", spec)

    def stop(self, job: str, task: str) -> None:
        """Ask a running attempt to stop; one that has ended stays as it is."""
        executor = self.pool.find(job)
        if executor is not None:
            executor.command("stop", {"task": task})

    def release(self, job: str) -> None:
        """End the job's executor and whatever still runs in it."""
        self.pool.release(job)

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
        error = ExecutorDied(f"the process that ran job {job} ended")
        failure = Failure(error.code, error.detail, error.public_detail, error.hint, self._member)
        with self._lock:
            for status in list(self._status.values()):
                if status.job == job and not status.ended:
                    self._set(status.changed(state="failed", failure=failure, ended_ms=_now()))

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
