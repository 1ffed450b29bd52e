"""Why members are refused, in SQL."""

from dataclasses import asdict

import sqlalchemy as sa

from board.store.letter_tables import BLOCKED
from board.store.letters import Blocked


class SqlBlockStore:
    """See `BlockStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, blocked: Blocked) -> None:
        """See `BlockStore.put`."""
        with self._engine.begin() as connection:
            connection.execute(BLOCKED.delete().where(BLOCKED.c.member == blocked.member))
            connection.execute(BLOCKED.insert().values(**asdict(blocked)))

    def all(self) -> list[Blocked]:
        """See `BlockStore.all`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(BLOCKED).order_by(BLOCKED.c.member))
            return [Blocked(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name for it

    def drop(self, member: str) -> None:
        """See `BlockStore.drop`."""
        with self._engine.begin() as connection:
            connection.execute(BLOCKED.delete().where(BLOCKED.c.member == member))
