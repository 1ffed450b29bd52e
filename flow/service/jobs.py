"""All changes of jobs go through here: one transaction, then whoever waits is woken."""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from flow.domain.job import Job
from flow.store.base import JobStore


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


class Jobs:
    """The store, with bells for the drivers and inboxes for the watchers."""

    def __init__(self, store: JobStore) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._bells: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self.any_bell = threading.Event()
        self._watchers: set[queue.SimpleQueue[Job]] = set()

    def add(self, job: Job) -> Job:
        """Keep a new job and wake the driver."""
        kept = self.store.add(job)
        self._tell(kept)
        return kept

    def get(self, job: str) -> Job:
        """Read a job; raises NoSuchJob."""
        return self.store.get(job)

    def change(self, job: str, change: Callable[[Job], Job]) -> Job:
        """Change a job in one transaction and wake whoever waits for it."""
        revision = 0

        def note(before: Job) -> Job:
            nonlocal revision
            revision = before.revision
            return change(before)

        after = self.store.change(job, note)
        if after.revision != revision:
            self._tell(after)
        return after

    def wait(self, job: str, seconds: float) -> None:
        """Sleep until the job changes or the time has passed."""
        with self._lock:
            bell = self._bells[job]
        bell.wait(seconds)
        bell.clear()

    def ring(self, job: str) -> None:
        """Wake the job's driver."""
        with self._lock:
            self._bells[job].set()

    def forget(self, job: str) -> None:
        """Drop the bell of a job that is no longer driven."""
        with self._lock:
            self._bells.pop(job, None)

    def watch(self, job: str, wanted: threading.Event) -> Iterator[Job]:
        """Yield the present jobs (one, or all that have not ended), then every change until `wanted` is cleared."""
        inbox: queue.SimpleQueue[Job] = queue.SimpleQueue()
        with self._lock:
            self._watchers.add(inbox)
        try:
            yield from [self.get(job)] if job else [self.get(name) for name in self.store.open_jobs()]
            while wanted.is_set():
                try:
                    changed = inbox.get(timeout=0.5)
                except queue.Empty:
                    continue
                if not job or changed.id == job:
                    yield changed
        finally:
            with self._lock:
                self._watchers.discard(inbox)

    def _tell(self, job: Job) -> None:
        with self._lock:
            self._bells[job.id].set()
            for watcher in self._watchers:
                watcher.put(job)
        self.any_bell.set()
