"""Counts calls without ever keeping an answer back: what the store does not take now, it is given again later."""

import threading
from collections import deque

from common import log
from common.errors import HanseError
from serving.domain.models import Call
from serving.store.base import UsageStore

_LOG = log.get(__name__)
_MOST_WAITING = 10_000


class Usage:
    """The counter of one process; calls that wait are lost with it, which the log then tells of."""

    def __init__(self, store: UsageStore) -> None:
        self._store, self._waiting = store, deque[tuple[Call, int]](maxlen=_MOST_WAITING)
        self._storing = threading.Lock()

    def note(self, call: Call, at_ms: int) -> None:
        """Count a call, and those that wait; never fails."""
        self._waiting.append((call, at_ms))
        if not self._storing.acquire(blocking=False):
            return  # whoever stores now takes this one, too, or the next call does
        try:
            while self._waiting:
                self._store.note(*self._waiting[0])
                self._waiting.popleft()
        except HanseError as error:
            _LOG.warning("calls_not_counted", code=error.code, detail=error.detail, waiting=len(self._waiting))
        finally:
            self._storing.release()
