"""Looks after the member's own services and tells when one does not answer, and again only after it has answered."""

import secrets
from collections.abc import Callable, Sequence

from board.domain.notices import UNHEALTHY
from board.service.notices import Notices
from board.service.status import ServiceStatus
from common.loops import Loop

_EVERY_S = 60.0
_FAILURES = 2  # a restart is nothing to tell


class HealthWatch:
    """Asks every minute."""

    def __init__(self, look: Callable[[], Sequence[ServiceStatus]], notices: Notices) -> None:
        self._look, self._notices = look, notices
        self._failed: dict[str, int] = {}
        self._loop = Loop("health-watch", self.look, first_s=_EVERY_S)

    def start(self) -> None:
        """Begin to look."""
        self._loop.start()

    def close(self) -> None:
        """Stop."""
        self._loop.close()

    def look(self) -> float:
        """Look once; returns when to look again, in seconds."""
        for status in self._look():
            count = 0 if status.ok else self._failed.get(status.service, 0) + 1
            self._failed[status.service] = count
            if count == _FAILURES:
                told = {"service": status.service, "code": status.code}
                # Each outage is a thing of its own, or a second one of the day would not be told, even after a restart.
                self._notices.tell(UNHEALTHY, f"{status.service}.{secrets.token_hex(4)}", told)
        return _EVERY_S
