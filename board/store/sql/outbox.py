"""Calls that wait for their delivery, in SQL."""

from typing import Any

import sqlalchemy as sa

from board.store.base import Letter
from board.store.letters import Outgoing
from board.store.tables import OUTBOX


class SqlOutboxStore:
    """See `OutboxStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, member: str, method: str, request: bytes, now_ms: int) -> None:
        """See `OutboxStore.put`."""
        with self._engine.begin() as connection:
            keep_letter(connection, Outgoing(member, method, request, now_ms))

    def due(self, now_ms: int) -> list[Letter]:
        """See `OutboxStore.due`."""
        first = sa.select(sa.func.min(OUTBOX.c.id)).group_by(OUTBOX.c.member)
        query = sa.select(OUTBOX).where(OUTBOX.c.id.in_(first), OUTBOX.c.next_ms <= now_ms).order_by(OUTBOX.c.id)
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(query)]

    def delivered(self, letter: int) -> None:
        """See `OutboxStore.delivered`."""
        with self._engine.begin() as connection:
            connection.execute(OUTBOX.delete().where(OUTBOX.c.id == letter))

    def later(self, letter: int, next_ms: int, problem: str) -> None:
        """See `OutboxStore.later`."""
        with self._engine.begin() as connection:
            connection.execute(
                OUTBOX.update()
                .where(OUTBOX.c.id == letter)
                .values(next_ms=next_ms, problem=problem, attempts=OUTBOX.c.attempts + 1)
            )

    def to_the_end(self, letter: Letter, next_ms: int, problem: str) -> None:
        """See `OutboxStore.to_the_end`."""
        with self._engine.begin() as connection:
            connection.execute(OUTBOX.delete().where(OUTBOX.c.id == letter.id))
            connection.execute(
                OUTBOX.insert().values(
                    member=letter.member,
                    method=letter.method,
                    request=letter.request,
                    created_ms=letter.created_ms,
                    attempts=letter.attempts + 1,
                    next_ms=next_ms,
                    problem=problem,
                )
            )

    def waiting(self) -> list[Letter]:
        """See `OutboxStore.waiting`."""
        with self._engine.connect() as connection:
            return [_letter(row) for row in connection.execute(sa.select(OUTBOX).order_by(OUTBOX.c.id))]


def keep_letter(connection: sa.Connection, letter: Outgoing) -> None:
    """Add a call within the caller's transaction."""
    connection.execute(
        OUTBOX.insert().values(
            member=letter.member,
            method=letter.method,
            request=letter.request,
            created_ms=letter.at_ms,
            attempts=0,
            next_ms=letter.at_ms,
            problem="",
        )
    )


def _letter(row: sa.Row[Any]) -> Letter:
    return Letter(row.id, row.member, row.method, row.request, row.created_ms, row.attempts, row.problem)
