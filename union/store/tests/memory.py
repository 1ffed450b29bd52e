"""An index in memory that passes the same conformance suite; for tests of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.errors import LedgerMismatch
from ledger.federation import LedgerHead
from ledger.record import Entry, Kind, MemberStatus
from union.store.base import Query, Row, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence


class MemoryIndex:
    """The `Index` port over lists."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._rows: list[Row] = []
        self._names: dict[bytes, str] = {}
        self._statuses: dict[str, MemberStatus] = {}
        self._block = -1

    def close(self) -> None:
        """Nothing to let go."""

    def check(self) -> None:
        """Memory always answers."""

    def head(self) -> LedgerHead:
        """Return the newest sequence that is indexed and the block up to which all is."""
        return LedgerHead(len(self._rows), self._block)

    def apply(self, block: int, rows: Sequence[Row]) -> None:
        """Add what stands in the ledger up to `block`, all or nothing."""
        fresh = [row for row in rows if row.posted.sequence > len(self._rows)]
        if [row.posted.sequence for row in fresh] != list(range(len(self._rows) + 1, len(self._rows) + 1 + len(fresh))):
            message = "a record is missing"
            raise LedgerMismatch(message)
        for row in fresh:
            if row.posted.status is not None:
                name = self._names.setdefault(row.posted.member_hash, row.posted.record.record_id)
                self._statuses[name] = row.posted.status
            self._rows.append(row)
        self._block = max(block, self._block)

    def find(self, kind: int, record_id: str, member: str = "") -> Entry | None:
        """Return the newest valid record of an id, of a member where ids are each member's own."""
        found = [e for e in self.list(Query(kind, 0, 10**9, member)) if e.record.record_id == record_id]
        return found[-1] if found else None

    def find_signed(self, owner: str, nonce: int) -> Entry | None:
        """Return the record that an owner signed with a nonce."""
        found = [e for e in self.list(Query(0, 0, 10**9)) if (e.record.owner, e.record.nonce) == (owner, nonce)]
        return found[0] if found else None

    def list(self, query: Query) -> list[Entry]:
        """Return valid records by ascending sequence."""
        rows = [row for row in self._rows if row.valid]
        if query.newest_only:
            newest = {_key(row): row for row in rows}
            rows = [row for row in rows if newest[_key(row)] is row]
        entries = [
            self._entry(row)
            for row in rows
            if row.posted.sequence > query.after
            and (not query.kind or row.posted.record.kind == query.kind)
            and query.text.casefold() in row.text
        ]
        return [entry for entry in entries if not query.member or entry.member == query.member][: query.limit]

    def standing(self, member: str) -> Standing | None:
        """Return a member's status."""
        return Standing(member, self._statuses[member]) if member in self._statuses else None

    def count(self, status: MemberStatus) -> int:
        """Return how many members have this status."""
        return list(self._statuses.values()).count(status)

    def _entry(self, row: Row) -> Entry:
        posted = row.posted
        member = self._names[posted.member_hash] if any(posted.member_hash) else ""
        status = self._statuses[member].value if posted.record.kind == Kind.MEMBER else row.status
        return Entry(posted.record, posted.sequence, posted.transaction, posted.block, posted.time_ms, member, status)


def _key(row: Row) -> tuple[int, str, bytes]:
    return row.posted.record.kind, row.posted.record.record_id, row.posted.member_hash
