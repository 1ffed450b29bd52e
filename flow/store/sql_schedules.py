"""Schedules and their runs in a relational database."""

import dataclasses
from typing import Any

import sqlalchemy as sa

from flow.domain.errors import NoSuchSchedule
from flow.store.base import Run, Schedule
from flow.store.sql import metadata

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("schedule", sa.String(64), primary_key=True),
    sa.Column("cron", sa.String(128), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("template", sa.LargeBinary(16 << 20), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("window", sa.String(16), nullable=False, server_default="fixed"),
    sa.Column("max_age_days", sa.Integer, nullable=False, server_default="0"),
    sa.Column("retries", sa.Integer, nullable=False, server_default="0"),
)
schedule_runs = sa.Table(
    "schedule_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("schedule", sa.String(64), nullable=False),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Column("job", sa.String(64), nullable=False, index=True),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("code", sa.String(32), nullable=False, server_default=""),
    sa.Column("party", sa.String(64), nullable=False, server_default=""),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_schedule_runs_schedule", "schedule", "id"),
)


class SqlScheduleStore:
    """See `ScheduleStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, schedule: Schedule) -> None:
        """See `ScheduleStore.put`."""
        with self._engine.begin() as connection:
            connection.execute(schedules.delete().where(schedules.c.schedule == schedule.schedule))
            connection.execute(schedules.insert().values(**dataclasses.asdict(schedule)))

    def all(self) -> list[Schedule]:
        """See `ScheduleStore.all`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(schedules).order_by(schedules.c.schedule))
            return [Schedule(**row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's public name for it

    def find(self, schedule: str) -> Schedule:
        """See `ScheduleStore.find`."""
        with self._engine.connect() as connection:
            query = sa.select(schedules).where(schedules.c.schedule == schedule)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NoSuchSchedule(f"there is no schedule {schedule}")
        return Schedule(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it

    def delete(self, schedule: str) -> None:
        """See `ScheduleStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(schedules.delete().where(schedules.c.schedule == schedule))
            connection.execute(schedule_runs.delete().where(schedule_runs.c.schedule == schedule))

    def ran(self, schedule: str, run: Run) -> Run:
        """See `ScheduleStore.ran`."""
        values = {"schedule": schedule, **dataclasses.asdict(run)}
        name = values.pop("id")
        with self._engine.begin() as connection:
            if name:
                connection.execute(schedule_runs.update().where(schedule_runs.c.id == name).values(**values))
                return run
            added = connection.execute(schedule_runs.insert().values(**values))
            return dataclasses.replace(run, id=int(added.inserted_primary_key[0]))  # type: ignore[index]  # one row has one key

    def runs(self, schedule: str, limit: int) -> list[Run]:
        """See `ScheduleStore.runs`."""
        query = sa.select(schedule_runs).where(schedule_runs.c.schedule == schedule)
        return [run for _, run in self._select(query.order_by(schedule_runs.c.id.desc()).limit(limit))]

    def run(self, run: int) -> tuple[str, Run] | None:
        """See `ScheduleStore.run`."""
        return next(iter(self._select(sa.select(schedule_runs).where(schedule_runs.c.id == run))), None)

    def run_of(self, job: str) -> tuple[str, Run] | None:
        """See `ScheduleStore.run_of`."""
        return next(iter(self._select(sa.select(schedule_runs).where(schedule_runs.c.job == job))), None)

    def _select(self, query: sa.Select[Any]) -> list[tuple[str, Run]]:
        with self._engine.connect() as connection:
            found = [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
        return [(values.pop("schedule"), Run(**values)) for values in found]
