"""Saved flows in SQL."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.flows import Flow
from board.store.sql.paging import newest_first
from board.store.tables import FLOWS


class SqlFlowStore:
    """See `FlowStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, flow: Flow) -> None:
        """See `FlowStore.add`."""
        with self._engine.begin() as connection:
            connection.execute(FLOWS.insert().values(**_values(flow)))

    def find(self, flow: str) -> Flow | None:
        """See `FlowStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(FLOWS).where(FLOWS.c.flow == flow)).one_or_none()
        return _flow(row) if row else None

    def page(self, after: str, limit: int) -> list[Flow]:
        """See `FlowStore.page`."""
        with self._engine.connect() as connection:
            return [_flow(row) for row in connection.execute(newest_first(FLOWS, "flow", "created_ms", after, limit))]

    def replace(self, flow: Flow, revision: int) -> bool:
        """See `FlowStore.replace`."""
        with self._engine.begin() as connection:
            done = connection.execute(
                FLOWS.update().where(FLOWS.c.flow == flow.flow, FLOWS.c.revision == revision).values(**_values(flow))
            )
            return done.rowcount == 1

    def delete(self, flow: str, revision: int) -> bool:
        """See `FlowStore.delete`."""
        with self._engine.begin() as connection:
            done = connection.execute(FLOWS.delete().where(FLOWS.c.flow == flow, FLOWS.c.revision == revision))
            return done.rowcount == 1


def _values(flow: Flow) -> dict[str, Any]:
    return asdict(flow) | {"graph": json.dumps(flow.graph)}


def _flow(row: sa.Row[Any]) -> Flow:
    return Flow(**{**row._mapping, "graph": json.loads(row.graph)})  # noqa: SLF001  SQLAlchemy's public name for it
