"""Writes the audit log and checks that nobody changed it."""

from collections.abc import Collection

from board.domain.audit import GENESIS, Line, first_broken
from board.service.clock import now_ms
from board.store.base import AuditStore

_STEP = 500


class Audit:
    """Who did what when."""

    def __init__(self, store: AuditStore) -> None:
        self._store = store

    def note(self, account: str, action: str, subject: str = "", detail: str = "") -> None:
        """Add a line; `account` is "" for what the board does by itself."""
        self._store.append(now_ms(), account, action, subject[:300], detail[:2000])

    def page(self, before: int, limit: int) -> list[Line]:
        """Return lines, the newest first."""
        return self._store.page(before, limit)

    def newest(self) -> int:
        """Return the sequence of the newest line."""
        return max((line.sequence for line in self._store.page(0, 1)), default=0)

    def about(self, subjects: Collection[str], until: int) -> list[Line]:
        """Return the lines about any of these up to a sequence, the oldest first."""
        return self._store.about(subjects, until)

    def broken_at(self) -> int:
        """Return the sequence of the first line that was tampered with; 0 when the chain holds."""
        after, previous, expected = 0, GENESIS, 1
        while lines := self._store.ascending(after, _STEP):
            if lines[0].sequence != expected:
                return expected
            broken = first_broken(lines, previous)
            if broken:
                return broken
            after, previous, expected = lines[-1].sequence, lines[-1].hash, lines[-1].sequence + 1
        return 0
