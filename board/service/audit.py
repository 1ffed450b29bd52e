"""Writes the audit log and checks that nobody changed it."""

import sys
import threading
from collections.abc import Collection, Iterator

from board.domain.audit import GENESIS, Line, Wanted, first_broken
from board.domain.sampling import Count, Sampling
from board.service.clock import now_ms
from board.store.base import AuditStore

_STEP = 500


class Audit:
    """Who did what when."""

    def __init__(self, store: AuditStore) -> None:
        self._store = store
        self._strangers, self._counting = Sampling(), threading.Lock()

    def note(self, account: str, action: str, subject: str = "", detail: str = "") -> None:
        """Add a line; `account` is "" for what the board does by itself."""
        self._count_up(now_ms())
        self._append(account, action, subject, detail)

    def note_stranger(self, account: str, action: str, subject: str = "") -> None:
        """Add a line about what somebody did who is not signed in; of a flood, the first ones and their number."""
        now = now_ms()
        self._count_up(now)
        with self._counting:
            told, count = self._strangers.see(action, now)
        if told:
            self._append(account, action, subject, "")
        if count is not None:
            self._append_count(count)

    def close(self) -> None:
        """Write down what has been counted and not yet told."""
        self._count_up(sys.maxsize)

    def _count_up(self, now: int) -> None:
        with self._counting:
            counts = self._strangers.ended(now)
        for count in counts:
            self._append_count(count)

    def _append_count(self, count: Count) -> None:
        self._append("", "suppressed", count.kind, f"{count.number} more since {count.since_ms} ms")

    def _append(self, account: str, action: str, subject: str, detail: str) -> None:
        self._store.append(now_ms(), account, action, subject[:300], detail[:2000])

    def page(self, before: int, limit: int, wanted: Wanted | None = None) -> list[Line]:
        """Return lines, the newest first."""
        return self._store.page(before, limit, wanted or Wanted())

    def every(self, wanted: Wanted) -> Iterator[Line]:
        """Yield all fitting lines, the newest first."""
        before = 0
        while lines := self._store.page(before, _STEP, wanted):
            yield from lines
            before = lines[-1].sequence

    def newest(self) -> int:
        """Return the sequence of the newest line."""
        return max((line.sequence for line in self._store.page(0, 1, Wanted())), default=0)

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
