"""Saved flows and their versions in SQL."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.flows import Flow, Version
from board.store.sql.paging import newest_first
from board.store.tables import FLOW_VERSIONS, FLOWS

_MOST_VERSIONS = 200  # of a flow
_QUICK_MS = 60_000  # saves of one person that follow each other faster leave one version
_SUMMARY = [column for column in FLOW_VERSIONS.c if column.name not in ("flow", "graph")]


class SqlFlowStore:
    """See `FlowStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, flow: Flow) -> None:
        """See `FlowStore.add`."""
        with self._engine.begin() as connection:
            connection.execute(FLOWS.insert().values(**_values(flow)))
            _keep(connection, flow, flow.created_by)

    def find(self, flow: str) -> Flow | None:
        """See `FlowStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(FLOWS).where(FLOWS.c.flow == flow)).one_or_none()
        return _flow(row) if row else None

    def page(self, after: str, limit: int, project: str = "", text: str = "") -> list[Flow]:
        """See `FlowStore.page`."""
        query = newest_first(FLOWS, "flow", "created_ms", after, limit)
        if project:
            query = query.where(FLOWS.c.project == project)
        if text:
            query = query.where(sa.func.lower(FLOWS.c.name).contains(text.lower(), autoescape=True))
        with self._engine.connect() as connection:
            return [_flow(row) for row in connection.execute(query)]

    def replace(self, flow: Flow, revision: int, by: str) -> bool:
        """See `FlowStore.replace`."""
        with self._engine.begin() as connection:
            done = connection.execute(
                FLOWS.update().where(FLOWS.c.flow == flow.flow, FLOWS.c.revision == revision).values(**_values(flow))
            )
            if done.rowcount == 1:
                _keep(connection, flow, by)
            return done.rowcount == 1

    def delete(self, flow: str, revision: int) -> bool:
        """See `FlowStore.delete`."""
        with self._engine.begin() as connection:
            found = sa.select(FLOWS.c.flow).where(FLOWS.c.flow == flow, FLOWS.c.revision == revision)
            if connection.execute(found).one_or_none() is None:
                return False
            connection.execute(FLOW_VERSIONS.delete().where(FLOW_VERSIONS.c.flow == flow))
            done = connection.execute(FLOWS.delete().where(FLOWS.c.flow == flow, FLOWS.c.revision == revision))
            return done.rowcount == 1

    def versions(self, flow: str) -> list[Version]:
        """See `FlowStore.versions`."""
        query = sa.select(*_SUMMARY).where(FLOW_VERSIONS.c.flow == flow).order_by(FLOW_VERSIONS.c.revision.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return [Version(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name for it

    def version(self, flow: str, revision: int) -> Version | None:
        """See `FlowStore.version`."""
        query = sa.select(*_SUMMARY, FLOW_VERSIONS.c.graph).where(
            FLOW_VERSIONS.c.flow == flow, FLOW_VERSIONS.c.revision == revision
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Version(**{**row._mapping, "graph": json.loads(row.graph)})  # noqa: SLF001  SQLAlchemy's public name for it


def _keep(connection: sa.Connection, flow: Flow, by: str) -> None:
    """Keep what is saved as a version; the one before it goes when it was a step on the way."""
    mine = FLOW_VERSIONS.c.flow == flow.flow
    newest = sa.select(FLOW_VERSIONS).where(mine).order_by(FLOW_VERSIONS.c.revision.desc()).limit(2)
    last = list(connection.execute(newest))
    if len(last) > 1 and last[0].changed_by == by and last[0].changed_ms - last[1].changed_ms < _QUICK_MS:
        connection.execute(FLOW_VERSIONS.delete().where(mine, FLOW_VERSIONS.c.revision == last[0].revision))
    connection.execute(
        FLOW_VERSIONS.insert().values(
            flow=flow.flow,
            revision=flow.revision,
            name=flow.name,
            graph=json.dumps(flow.graph),
            nodes=len(flow.graph.get("nodes", [])),
            changed_ms=flow.changed_ms,
            changed_by=by,
        )
    )
    kept = sa.select(FLOW_VERSIONS.c.revision).where(mine).order_by(FLOW_VERSIONS.c.revision.desc())
    oldest = connection.execute(kept.offset(_MOST_VERSIONS - 1).limit(1)).scalar_one_or_none()
    if oldest is not None:
        connection.execute(FLOW_VERSIONS.delete().where(mine, FLOW_VERSIONS.c.revision < oldest))


def _values(flow: Flow) -> dict[str, Any]:
    return asdict(flow) | {"graph": json.dumps(flow.graph)}


def _flow(row: sa.Row[Any]) -> Flow:
    return Flow(**{**row._mapping, "graph": json.loads(row.graph)})  # noqa: SLF001  SQLAlchemy's public name for it
