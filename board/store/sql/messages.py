"""Messages to people in SQL."""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from board.store.letter_tables import MESSAGE_READS, MESSAGES
from board.store.letters import Message


class SqlMessageStore:
    """See `MessageStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, at_ms: int, kind: str, subject: str, values: Mapping[str, str], keep: int) -> None:
        """See `MessageStore.add`."""
        with self._engine.begin() as connection:
            added = connection.execute(
                MESSAGES.insert().values(at_ms=at_ms, kind=kind, subject=subject, values=json.dumps(dict(values)))
            )
            oldest = int(added.inserted_primary_key[0]) - keep  # type: ignore[index]  # one row has one key
            connection.execute(MESSAGES.delete().where(MESSAGES.c.message <= oldest))
            connection.execute(MESSAGE_READS.delete().where(MESSAGE_READS.c.message <= oldest))

    def may_add(self, since_ms: int, kind: str, subject: str, values: Mapping[str, str], most: int) -> bool:
        """See `MessageStore.may_add`."""
        about = (MESSAGES.c.at_ms >= since_ms, MESSAGES.c.kind == kind, MESSAGES.c.subject == subject)
        query = sa.select(MESSAGES.c["values"].label("told")).where(*about).limit(most)
        with self._engine.connect() as connection:
            told = connection.execute(query).scalars().all()
        return len(told) < most and json.dumps(dict(values)) not in told

    def page(self, account: str, before: int, limit: int, *, unread: bool) -> list[Message]:
        """See `MessageStore.page`."""
        query = _with_reads(account).order_by(MESSAGES.c.message.desc()).limit(limit)
        if before:
            query = query.where(MESSAGES.c.message < before)
        if unread:
            query = query.where(MESSAGE_READS.c.account.is_(None))
        with self._engine.connect() as connection:
            return [
                Message(row.message, row.at_ms, row.kind, row.subject, json.loads(row.told), row.account is not None)
                for row in connection.execute(query)
            ]

    def unread(self, account: str) -> int:
        """See `MessageStore.unread`."""
        query = _with_reads(account).where(MESSAGE_READS.c.account.is_(None)).subquery()
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(query)).scalar_one())

    def read(self, account: str, message: int) -> None:
        """See `MessageStore.read`."""
        fresh = _with_reads(account).where(MESSAGE_READS.c.account.is_(None))
        if message:
            fresh = fresh.where(MESSAGES.c.message == message)
        with self._engine.begin() as connection:
            numbers = [row.message for row in connection.execute(fresh)]
            if numbers:
                connection.execute(MESSAGE_READS.insert(), [{"account": account, "message": n} for n in numbers])


def _with_reads(account: str) -> sa.Select[tuple[int, int, str, str, str, str]]:
    mine = sa.and_(MESSAGE_READS.c.message == MESSAGES.c.message, MESSAGE_READS.c.account == account)
    return sa.select(
        MESSAGES.c.message,
        MESSAGES.c.at_ms,
        MESSAGES.c.kind,
        MESSAGES.c.subject,
        MESSAGES.c["values"].label("told"),
        MESSAGE_READS.c.account,
    ).outerjoin(MESSAGE_READS, mine)
