"""Executors started ahead of the jobs that will use them: one a job, never shared by two."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from kernel.domain.task import NoSlot
from kernel.executor.process import ExecutorProcess

log = structlog.get_logger()


class ExecutorPool:
    """Keeps `warm` executors waiting and at most `most` at work."""

    def __init__(
        self, settings: str, logs: Path, warm: int, most: int, heard: Callable[[str, dict[str, Any]], None]
    ) -> None:
        self._settings, self._logs, self._warm, self._most, self._heard = settings, logs, warm, most, heard
        self._lock = threading.Lock()
        self._closing = False
        self._jobs: dict[str, ExecutorProcess] = {}
        self._waiting: list[ExecutorProcess] = []

    def fill(self) -> None:
        """Start executors until enough wait; called at the start and when a job has been released."""
        with self._lock:
            while not self._closing and len(self._waiting) < self._warm:
                self._waiting.append(self._start())

    def of_job(self, job: str) -> ExecutorProcess:
        """Return the job's executor, giving it one when it has none.

        Raises
        ------
        NoSlot
            All are at work.
        """
        with self._lock:
            if job not in self._jobs:
                if len(self._jobs) >= self._most:
                    raise NoSlot(f"{self._most} jobs run already")
                self._jobs[job] = self._waiting.pop(0) if self._waiting else self._start()
            return self._jobs[job]

    def find(self, job: str) -> ExecutorProcess | None:
        """Return the job's executor, if it has one."""
        with self._lock:
            return self._jobs.get(job)

    def release(self, job: str, wait_s: float = 5.0) -> None:
        """End the job's executor: no key, table or model of it stays in a process that serves another job."""
        with self._lock:
            executor = self._jobs.pop(job, None)
        if executor is not None:
            executor.close(wait_s)
            self.fill()

    def close(self) -> None:
        """End all executors."""
        with self._lock:
            self._closing = True
            executors = [*self._jobs.values(), *self._waiting]
            self._jobs.clear()
            self._waiting.clear()
        for executor in executors:
            executor.close()

    @property
    def pids(self) -> dict[str, int]:
        """Job → process id, for the operator and for the tests that kill one."""
        with self._lock:
            return {job: executor.pid for job, executor in self._jobs.items()}

    def _start(self) -> ExecutorProcess:
        return ExecutorProcess(self._settings, self._logs / "executor.log", self._on_event)

    def _on_event(self, executor: ExecutorProcess, event: dict[str, Any]) -> None:
        if event["event"] != "gone":
            self._heard(str(event.get("job", "")), event)
            return
        with self._lock:
            jobs = [job for job, known in self._jobs.items() if known is executor]
            for job in jobs:
                del self._jobs[job]
            if executor in self._waiting:
                self._waiting.remove(executor)
                log.error("executor_failed_to_start", pid=executor.pid)
        for job in jobs:
            log.warning("executor_gone", job=job, pid=executor.pid)
            self._heard(job, event)
