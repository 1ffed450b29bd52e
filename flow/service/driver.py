"""Drives every open job in a thread of its own, under a lease that no second scheduler can take."""

import secrets
import threading

import structlog

from common.errors import HanseError
from common.loops import Loop
from flow.service.coordinator import Coordinator
from flow.service.jobs import Jobs, now_ms
from flow.service.participant import Participant

log = structlog.get_logger()
_LEASE_MS = 10_000
_RENEW_MS = 3_000
_LOOK_S = 1.0


class Driver:
    """Claims jobs and calls `step` until they have ended."""

    def __init__(self, jobs: Jobs, coordinator: Coordinator, participant: Participant) -> None:
        self._jobs, self._coordinator, self._participant = jobs, coordinator, participant
        self._holder = secrets.token_hex(8)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._driven: dict[str, threading.Thread] = {}
        self._looker = Loop("driver", self._look, bell=jobs.any_bell)

    def start(self) -> None:
        """Begin to claim."""
        self._looker.start()

    def close(self) -> None:
        """Stop claiming, let the steps at hand end, give the leases back."""
        self._closing.set()
        self._looker.close()
        with self._lock:
            threads = dict(self._driven)
        for job, thread in threads.items():
            self._jobs.ring(job)
            thread.join(5.0)

    def _look(self) -> float:
        for job in self._jobs.store.open_jobs():
            with self._lock:
                if job in self._driven or not self._claim(job):
                    continue
                thread = threading.Thread(target=self._drive, args=(job,), name=f"job-{job}", daemon=True)
                self._driven[job] = thread
            thread.start()
        return _LOOK_S

    def _claim(self, job: str) -> bool:
        now = now_ms()
        return self._jobs.store.claim(job, self._holder, now, now + _LEASE_MS)

    def _drive(self, job: str) -> None:
        tidied = False
        renewed = now_ms()
        try:
            role = self._coordinator if self._jobs.get(job).coordinates else self._participant
            while not self._closing.is_set():
                if now_ms() - renewed > _RENEW_MS:
                    renewed = now_ms()
                    if not self._claim(job):
                        log.warning("lease_lost", job=job)
                        return
                try:
                    wait = role.step(job)
                except (
                    HanseError
                ) as error:  # a passing trouble of one of our own services; anything else is a bug and shows
                    log.warning("step_failed", job=job, code=error.code, detail=error.detail)
                    wait = _LOOK_S
                if wait is None:
                    tidied = True
                    return
                self._jobs.wait(job, min(wait, _RENEW_MS / 1000))
        except Exception:  # a bug, of whatever kind: said here, for nobody looks at what a pool's thread raises
            log.exception("driver_crashed", job=job)
            raise
        finally:
            self._jobs.store.release(job, self._holder, tidied=tidied)
            with self._lock:
                self._driven.pop(job, None)
            self._jobs.forget(job)
