"""Consents and the jobs that used them, in SQL."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.data_sets import Proof
from board.domain.projects import ACTIVE, CLOSED, Consent
from board.store.sql.paging import newest_first
from board.store.tables import CONSENT_USES, CONSENTS


class SqlConsentStore:
    """See `ConsentStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, consent: Consent) -> None:
        """See `ConsentStore.put`."""
        values = asdict(consent)
        used_by = values.pop("used_by")
        values |= values.pop("proof") | {name: json.dumps(values[name]) for name in ("components", "columns")}
        here, uses = CONSENTS.c.consent == consent.consent, CONSENT_USES
        with self._engine.begin() as connection:
            if not connection.execute(CONSENTS.update().where(here).values(**values)).rowcount:
                connection.execute(CONSENTS.insert().values(**values))
            known = set(connection.execute(sa.select(uses.c.job).where(uses.c.consent == consent.consent)).scalars())
            for job in set(used_by) - known:
                connection.execute(uses.insert().values(consent=consent.consent, job=job, at_ms=consent.created_ms))

    def find(self, consent: str) -> Consent | None:
        """See `ConsentStore.find`."""
        found = self._select(sa.select(CONSENTS).where(CONSENTS.c.consent == consent))
        return found[0] if found else None

    def page(self, after: str, limit: int) -> list[Consent]:
        """See `ConsentStore.page`."""
        return self._select(newest_first(CONSENTS, "consent", "created_ms", after, limit))

    def of_project(self, project: str) -> list[Consent]:
        """See `ConsentStore.of_project`."""
        query = sa.select(CONSENTS).where(CONSENTS.c.project == project)
        return self._select(query.order_by(CONSENTS.c.created_ms, CONSENTS.c.consent))

    def active_for(self, data_set: str) -> list[Consent]:
        """See `ConsentStore.active_for`."""
        return self._select(sa.select(CONSENTS).where(CONSENTS.c.data_set == data_set, CONSENTS.c.status == ACTIVE))

    def revoke(self, consent: str) -> None:
        """See `ConsentStore.revoke`."""
        with self._engine.begin() as connection:
            connection.execute(CONSENTS.update().where(CONSENTS.c.consent == consent).values(status=CLOSED))

    def use(self, consents: tuple[str, ...], job: str, at_ms: int) -> bool:
        """See `ConsentStore.use`."""
        uses = CONSENT_USES
        with self._engine.begin() as connection:
            # An update first takes the rows' locks (in SQLite the whole database's), so that no run is counted twice.
            connection.execute(CONSENTS.update().where(CONSENTS.c.consent.in_(consents)).values(runs=CONSENTS.c.runs))
            rows = connection.execute(sa.select(CONSENTS).where(CONSENTS.c.consent.in_(consents))).all()
            if len(rows) != len(set(consents)) or any(row.status != ACTIVE for row in rows):
                return False
            fresh = []
            for row in rows:
                used = set(connection.execute(sa.select(uses.c.job).where(uses.c.consent == row.consent)).scalars())
                if job not in used and row.runs is not None and len(used) >= row.runs:
                    return False
                if job not in used:
                    fresh.append({"consent": row.consent, "job": job, "at_ms": at_ms})
            if fresh:
                connection.execute(uses.insert(), fresh)
        return True

    def _select(self, query: sa.Select[Any]) -> list[Consent]:
        with self._engine.connect() as connection:
            return _consents(connection, connection.execute(query).all())


def _consents(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Consent]:
    uses: dict[str, list[str]] = {row.consent: [] for row in rows}
    query = sa.select(CONSENT_USES).where(CONSENT_USES.c.consent.in_(uses)).order_by(CONSENT_USES.c.at_ms)
    for row in connection.execute(query):
        uses[row.consent].append(row.job)
    made = []
    for row in rows:
        values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        proof = Proof(values.pop("transaction"), values.pop("block"))
        for name in ("components", "columns"):
            values[name] = tuple(json.loads(values[name]))
        made.append(Consent(**values, proof=proof, used_by=tuple(uses[row.consent])))
    return made
