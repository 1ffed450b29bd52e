"""Descriptions that their owners show to us alone, in SQL."""

import json
from dataclasses import asdict

import sqlalchemy as sa

from board.store.letter_tables import SHARED
from board.store.letters import Shared

_LISTS = ("columns", "tags")


class SqlSharedStore:
    """See `SharedStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, shared: Shared) -> None:
        """See `SharedStore.put`."""
        values = asdict(shared)
        values |= {name: json.dumps(values[name]) for name in _LISTS}
        with self._engine.begin() as connection:
            connection.execute(_one(shared.member, shared.data_set))
            connection.execute(SHARED.insert().values(**values))

    def drop(self, member: str, data_set: str) -> None:
        """See `SharedStore.drop`."""
        with self._engine.begin() as connection:
            connection.execute(_one(member, data_set))

    def of(self, member: str) -> list[Shared]:
        """See `SharedStore.of`."""
        query = sa.select(SHARED).order_by(SHARED.c.at_ms.desc(), SHARED.c.data_set)
        if member:
            query = query.where(SHARED.c.member == member)
        with self._engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
        return [Shared(**row | {name: tuple(json.loads(row[name])) for name in _LISTS}) for row in rows]


def _one(member: str, data_set: str) -> sa.Delete:
    return SHARED.delete().where(SHARED.c.member == member, SHARED.c.data_set == data_set)
