"""Looks after the member's own services and tells when one does not answer, and again only after it has answered."""

import secrets
import threading
from collections.abc import Callable, Sequence

import structlog

from board.domain.notices import UNHEALTHY
from board.service.notices import Notices
from board.service.status import ServiceStatus

log = structlog.get_logger()
_EVERY_S = 60.0
_FAILURES = 2  # a restart is nothing to tell


class HealthWatch:
    """Asks every minute."""

    def __init__(self, look: Callable[[], Sequence[ServiceStatus]], notices: Notices) -> None:
        self._look, self._notices = look, notices
        self._failed: dict[str, int] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(15)

    def look(self) -> None:
        """Look once."""
        for status in self._look():
            count = 0 if status.ok else self._failed.get(status.service, 0) + 1
            self._failed[status.service] = count
            if count == _FAILURES:
                told = {"service": status.service, "code": status.code}
                # Each outage is a thing of its own, or a second one of the day would not be told, even after a restart.
                self._notices.tell(UNHEALTHY, f"{status.service}.{secrets.token_hex(4)}", told)

    def _run(self) -> None:
        while not self._closing.wait(_EVERY_S):
            try:
                self.look()
            except Exception:  # a database that is away, or a bug: no outage would be told until a restart
                log.exception("health_not_looked_at")
