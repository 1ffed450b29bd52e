"""What repeats: our schedules with their runs, and consents to later runs of partners' schedules."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from fusion.domain.models import Failure
from fusion.domain.schedules import Consent, Run, Schedule, Use
from fusion.store.tables import CONSENTS, RUNS, SCHEDULES


class SqlScheduleStore:
    """See `fusion.store.base.ScheduleStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, schedule: Schedule) -> None:
        """See `ScheduleStore.add`."""
        with self._engine.begin() as connection:
            connection.execute(SCHEDULES.insert(), asdict(schedule))

    def find(self, schedule: str) -> Schedule | None:
        """See `ScheduleStore.find`."""
        found = self._select(SCHEDULES.c.schedule == schedule)
        return found[0] if found else None

    def all(self) -> list[Schedule]:
        """See `ScheduleStore.all`."""
        return self._select(sa.true())

    def _select(self, which: sa.ColumnElement[bool]) -> list[Schedule]:
        query = sa.select(SCHEDULES).where(which).order_by(SCHEDULES.c.created_ms.desc(), SCHEDULES.c.schedule)
        with self._engine.connect() as connection:
            return [Schedule(**row) for row in connection.execute(query).mappings()]

    def enable(self, schedule: str, *, enabled: bool, next_ms: int) -> None:
        """See `ScheduleStore.enable`."""
        statement = SCHEDULES.update().where(SCHEDULES.c.schedule == schedule)
        with self._engine.begin() as connection:
            connection.execute(statement.values(enabled=enabled, next_ms=next_ms))

    def delete(self, schedule: str) -> None:
        """See `ScheduleStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(RUNS.delete().where(RUNS.c.schedule == schedule))
            connection.execute(SCHEDULES.delete().where(SCHEDULES.c.schedule == schedule))

    def tick(self, schedule: Schedule, next_ms: int, runs: Sequence[Run]) -> bool:
        """See `ScheduleStore.tick`."""
        here = (SCHEDULES.c.schedule == schedule.schedule) & (SCHEDULES.c.next_ms == schedule.next_ms)
        with self._engine.begin() as connection:
            done = connection.execute(SCHEDULES.update().where(here & SCHEDULES.c.enabled).values(next_ms=next_ms))
            if done.rowcount:
                for run in runs:
                    _put_run(connection, run)
            return bool(done.rowcount)

    def keep(self, run: Run) -> None:
        """See `ScheduleStore.keep`."""
        with self._engine.begin() as connection:
            held = sa.select(SCHEDULES.c.schedule).where(SCHEDULES.c.schedule == run.schedule)
            if connection.execute(held).one_or_none() is not None:  # it may have been deleted meanwhile
                _put_run(connection, run)

    def runs(self, schedule: str, limit: int) -> list[Run]:
        """See `ScheduleStore.runs`."""
        query = sa.select(RUNS).where(RUNS.c.schedule == schedule).order_by(RUNS.c.due_ms.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [Run(**{**row, "problem": Failure(**row["problem"]) if row["problem"] else None}) for row in rows]


def _put_run(connection: sa.Connection, run: Run) -> None:
    connection.execute(RUNS.delete().where((RUNS.c.schedule == run.schedule) & (RUNS.c.due_ms == run.due_ms)))
    connection.execute(RUNS.insert(), asdict(run))


class SqlConsentStore:
    """See `fusion.store.base.ConsentStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, consent: Consent) -> None:
        """See `ConsentStore.put`."""
        row = asdict(consent)
        lists = {name: list(row[name]) for name in ("columns", "columns_of_result", "recent")}
        with self._engine.begin() as connection:
            connection.execute(CONSENTS.delete().where(_of(consent.schedule, consent.partner)))
            connection.execute(CONSENTS.insert(), {**row, **lists})

    def find(self, schedule: str, partner: str) -> Consent | None:
        """See `ConsentStore.find`."""
        found = self._select(_of(schedule, partner))
        return found[0] if found else None

    def all(self) -> list[Consent]:
        """See `ConsentStore.all`."""
        return self._select(sa.true())

    def _select(self, which: sa.ColumnElement[bool]) -> list[Consent]:
        query = sa.select(CONSENTS).where(which).order_by(CONSENTS.c.created_ms.desc(), CONSENTS.c.schedule)
        with self._engine.connect() as connection:
            return [_consent(row) for row in connection.execute(query).mappings()]

    def enable(self, schedule: str, partner: str, *, enabled: bool) -> None:
        """See `ConsentStore.enable`."""
        with self._engine.begin() as connection:
            connection.execute(CONSENTS.update().where(_of(schedule, partner)).values(enabled=enabled))

    def delete(self, schedule: str, partner: str) -> None:
        """See `ConsentStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(CONSENTS.delete().where(_of(schedule, partner)))

    def use(self, consent: Consent, recent: Sequence[Use]) -> bool:
        """See `ConsentStore.use`."""
        same = (CONSENTS.c.created_ms == consent.created_ms) & (CONSENTS.c.used == consent.used) & CONSENTS.c.enabled
        statement = CONSENTS.update().where(_of(consent.schedule, consent.partner) & same)
        values = {"used": consent.used + 1, "recent": [asdict(use) for use in recent]}
        with self._engine.begin() as connection:
            return bool(connection.execute(statement.values(**values)).rowcount)


def _of(schedule: str, partner: str) -> sa.ColumnElement[bool]:
    return (CONSENTS.c.schedule == schedule) & (CONSENTS.c.partner == partner)


def _consent(row: Any) -> Consent:
    lists = {name: tuple(row[name]) for name in ("columns", "columns_of_result")}
    return Consent(**{**row, **lists, "recent": tuple(Use(**use) for use in row["recent"])})
