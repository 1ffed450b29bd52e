"""Answers by Idempotency-Key in SQL."""

import sqlalchemy as sa

from board.store.base import Stored
from board.store.tables import IDEMPOTENCY


class SqlIdempotencyStore:
    """See `IdempotencyStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def reserve(self, key: str, request: str, now_ms: int, forget_before_ms: int) -> Stored | None:
        """See `IdempotencyStore.reserve`."""
        try:
            with self._engine.begin() as connection:
                connection.execute(IDEMPOTENCY.delete().where(IDEMPOTENCY.c.created_ms < forget_before_ms))
                connection.execute(
                    IDEMPOTENCY.insert().values(
                        key=key, request=request, status=0, body="", location="", created_ms=now_ms
                    )
                )
        except sa.exc.IntegrityError:
            with self._engine.connect() as connection:
                row = connection.execute(sa.select(IDEMPOTENCY).where(IDEMPOTENCY.c.key == key)).one_or_none()
            # Gone between the two statements: the first request has just failed, and this one counts as its twin.
            return Stored(row.request, row.status, row.body, row.location) if row else Stored(request, 0, "", "")
        return None

    def answer(self, key: str, stored: Stored) -> None:
        """See `IdempotencyStore.answer`."""
        with self._engine.begin() as connection:
            connection.execute(
                IDEMPOTENCY.update()
                .where(IDEMPOTENCY.c.key == key)
                .values(status=stored.status, body=stored.body, location=stored.location)
            )

    def release(self, key: str) -> None:
        """See `IdempotencyStore.release`."""
        with self._engine.begin() as connection:
            connection.execute(IDEMPOTENCY.delete().where(IDEMPOTENCY.c.key == key))

    def release_unanswered(self) -> None:
        """See `IdempotencyStore.release_unanswered`."""
        with self._engine.begin() as connection:
            connection.execute(IDEMPOTENCY.delete().where(IDEMPOTENCY.c.status == 0))
