"""Follows the own flow and hands every change of a job to those who watch."""

import queue
import threading

import structlog

from board.service.ports import Flow
from common.errors import HanseError
from common.loops import Loop
from proto.flow.v1 import flow_pb2 as pb

log = structlog.get_logger()
_AGAIN_S = 0.5
_MOST_WAITING = 1000


class JobFeed:
    """One stream from flow, any number of watchers."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._lock = threading.Lock()
        self._watchers: set[queue.Queue[pb.Job | None]] = set()
        self._loop = Loop("job-feed", self._follow)

    def start(self) -> None:
        """Begin to follow."""
        self._loop.start()

    def close(self) -> None:
        """Stop, and wake all watchers."""
        self._loop.close(0)
        self._tell(None)

    @property
    def closed(self) -> bool:
        """Whether watchers should leave."""
        return self._loop.closing

    def watch(self) -> "queue.Queue[pb.Job | None]":
        """Return a queue of changes; None says: look again, something may have been missed."""
        inbox: queue.Queue[pb.Job | None] = queue.Queue(_MOST_WAITING)
        with self._lock:
            self._watchers.add(inbox)
        return inbox

    def leave(self, inbox: "queue.Queue[pb.Job | None]") -> None:
        """Watch no more."""
        with self._lock:
            self._watchers.discard(inbox)

    def _follow(self) -> float:
        try:
            for job in self._flow.watch():
                self._tell(job)
                if self._loop.closing:
                    break
        except HanseError as error:
            log.info("flow_away", code=error.code)
        finally:  # also after a bug, which the loop logs: what changes until the next round is not told again
            self._tell(None)
        return _AGAIN_S

    def _tell(self, job: pb.Job | None) -> None:
        with self._lock:
            for inbox in self._watchers:
                try:
                    inbox.put_nowait(job)
                except queue.Full:
                    # Too slow to follow: forget the changes and look at the present state instead.
                    with inbox.mutex:
                        inbox.queue.clear()
                    inbox.put_nowait(None)
