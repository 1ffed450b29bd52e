"""The audit log in SQL."""

import threading
from collections.abc import Collection

import sqlalchemy as sa

from board.domain.audit import GENESIS, Line, Wanted
from board.store.tables import AUDIT
from ledger.evidence import line_hash


class SqlAuditStore:
    """See `AuditStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def append(self, time_ms: int, account: str, action: str, subject: str, detail: str) -> None:
        """See `AuditStore.append`."""
        with self._lock, self._engine.begin() as connection:
            last = connection.execute(
                sa.select(AUDIT.c.sequence, AUDIT.c.hash).order_by(AUDIT.c.sequence.desc()).limit(1)
            ).one_or_none()
            sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
            connection.execute(
                AUDIT.insert().values(
                    sequence=sequence,
                    time_ms=time_ms,
                    account=account,
                    action=action,
                    subject=subject,
                    detail=detail,
                    previous=previous,
                    hash=line_hash(sequence, time_ms, account, action, subject, detail, previous),
                )
            )

    def page(self, before: int, limit: int, wanted: Wanted) -> list[Line]:
        """See `AuditStore.page`."""
        query = sa.select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(limit)
        for value, fits in (
            (before, AUDIT.c.sequence < before),
            (wanted.account, AUDIT.c.account == wanted.account),
            (wanted.action, AUDIT.c.action == wanted.action),
            (wanted.since_ms, AUDIT.c.time_ms >= wanted.since_ms),
            (wanted.until_ms, AUDIT.c.time_ms < wanted.until_ms),
        ):
            query = query.where(fits) if value else query
        if wanted.text:
            found = (column.contains(wanted.text, autoescape=True) for column in (AUDIT.c.subject, AUDIT.c.detail))
            query = query.where(sa.or_(*found))
        return self._lines(query)

    def ascending(self, after: int, limit: int) -> list[Line]:
        """See `AuditStore.ascending`."""
        return self._lines(sa.select(AUDIT).where(AUDIT.c.sequence > after).order_by(AUDIT.c.sequence).limit(limit))

    def about(self, subjects: Collection[str], until: int) -> list[Line]:
        """See `AuditStore.about`."""
        query = sa.select(AUDIT).where(AUDIT.c.subject.in_(list(subjects)), AUDIT.c.sequence <= until)
        return self._lines(query.order_by(AUDIT.c.sequence))

    def _lines(self, query: sa.Select[tuple[object, ...]]) -> list[Line]:
        with self._engine.connect() as connection:
            return [Line(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
