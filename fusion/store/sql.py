"""Fusion's tables behind its ports."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from common.rpc.wire import now_ms
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Column, DataSet, Failure, Partner, Task
from fusion.domain.shapes import Shapes
from fusion.domain.states import OPEN
from fusion.store.tables import CONSENTS, DATA_SETS, LINKS, PARTNERS, SCHEDULES, TASKS


class SqlPartnerStore:
    """See `fusion.store.base.PartnerStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, partner: Partner) -> None:
        """See `PartnerStore.put`."""
        with self._engine.begin() as connection:
            connection.execute(PARTNERS.delete().where(PARTNERS.c.node == partner.node))
            connection.execute(PARTNERS.insert(), asdict(partner))

    def find(self, node: str) -> Partner | None:
        """See `PartnerStore.find`."""
        found = self._select(PARTNERS.c.node == node)
        return found[0] if found else None

    def all(self) -> list[Partner]:
        """See `PartnerStore.all`."""
        return self._select(sa.true())

    def _select(self, which: sa.ColumnElement[bool]) -> list[Partner]:
        query = sa.select(PARTNERS).where(which).order_by(PARTNERS.c.node)
        with self._engine.connect() as connection:
            return [Partner(**row) for row in connection.execute(query).mappings()]

    def change(self, node: str, **values: Any) -> bool:
        """See `PartnerStore.change`."""
        with self._engine.begin() as connection:
            return bool(connection.execute(PARTNERS.update().where(PARTNERS.c.node == node).values(**values)).rowcount)

    def delete(self, node: str) -> bool:
        """See `PartnerStore.delete`."""
        with self._engine.begin() as connection:
            # Who gets this name next is perhaps somebody else: nothing that was agreed on with this one holds for it.
            connection.execute(CONSENTS.delete().where(CONSENTS.c.partner == node))
            connection.execute(LINKS.delete().where(LINKS.c.partner == node))
            connection.execute(SCHEDULES.update().where(SCHEDULES.c.partner == node).values(enabled=False))
            return bool(connection.execute(PARTNERS.delete().where(PARTNERS.c.node == node)).rowcount)


class SqlDataSetStore:
    """See `fusion.store.base.DataSetStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, data_set: DataSet) -> None:
        """See `DataSetStore.add`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.insert(), asdict(data_set))

    def find(self, data_set: str) -> DataSet | None:
        """See `DataSetStore.find`."""
        found = self._select(DATA_SETS.c.data_set == data_set)
        return found[0] if found else None

    def all(self) -> list[DataSet]:
        """See `DataSetStore.all`."""
        return self._select(sa.true())

    def _select(self, which: sa.ColumnElement[bool]) -> list[DataSet]:
        query = sa.select(DATA_SETS).where(which).order_by(DATA_SETS.c.added_ms.desc(), DATA_SETS.c.data_set)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [DataSet(**{**row, "columns": tuple(Column(**column) for column in row["columns"])}) for row in rows]

    def hold(self, data_set: str, held_bytes: int, sha256: str) -> None:
        """See `DataSetStore.hold`."""
        statement = DATA_SETS.update().where(DATA_SETS.c.data_set == data_set)
        with self._engine.begin() as connection:
            connection.execute(statement.values(held_bytes=held_bytes, sha256=sha256))

    def delete(self, data_set: str) -> None:
        """See `DataSetStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.delete().where(DATA_SETS.c.data_set == data_set))


def _row(values: dict[str, Any]) -> dict[str, Any]:
    out = dict(values)
    if isinstance(out.get("key_rule"), KeyRule):
        out["key_rule"] = out["key_rule"].model_dump()
    if isinstance(out.get("shapes"), Shapes):
        out["shapes"] = out["shapes"].model_dump()
    for name in ("failure", "trouble"):
        if isinstance(out.get(name), Failure):
            out[name] = asdict(out[name])
    for name in ("columns", "columns_of_result", "tables_kept"):
        if name in out:
            out[name] = list(out[name])
    return out


def _task(row: Any) -> Task:
    values = {
        **row,
        "key_rule": KeyRule(**row["key_rule"]),
        "columns": tuple(row["columns"]),
        "columns_of_result": tuple(row["columns_of_result"]),
        "failure": Failure(**row["failure"]) if row["failure"] else None,
        "trouble": Failure(**row["trouble"]) if row["trouble"] else None,
        "salt": bytes(row["salt"]),
        "table_salt": bytes(row["table_salt"]),
        "tables_kept": tuple(row["tables_kept"]),
        "shapes": Shapes(**row["shapes"]) if row["shapes"] else None,
    }
    return Task(**values)


class SqlTaskStore:
    """See `fusion.store.base.TaskStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, task: Task) -> bool:
        """See `TaskStore.add`."""
        values = {field.name: getattr(task, field.name) for field in fields(Task)}
        try:
            with self._engine.begin() as connection:
                connection.execute(TASKS.insert(), _row({**values, "changed_ms": now_ms()}))
        except sa.exc.IntegrityError:
            return False
        return True

    def find(self, task: str) -> Task | None:
        """See `TaskStore.find`."""
        found = self._select(sa.select(TASKS).where(TASKS.c.task == task))
        return found[0] if found else None

    def page(self, after: str, limit: int, **same: str | bool) -> list[Task]:
        """See `TaskStore.page`."""
        query = sa.select(TASKS).order_by(TASKS.c.created_ms.desc(), TASKS.c.task).limit(limit)
        query = query.where(*(TASKS.c[name] == value for name, value in same.items()))
        last = self.find(after) if after else None
        if last is not None:
            older = TASKS.c.created_ms < last.created_ms
            query = query.where(older | ((TASKS.c.created_ms == last.created_ms) & (TASKS.c.task > last.task)))
        return self._select(query)

    def in_states(self, states: Sequence[str]) -> list[Task]:
        """See `TaskStore.in_states`."""
        return self._select(sa.select(TASKS).where(TASKS.c.state.in_(states)).order_by(TASKS.c.created_ms))

    def offered_by(self, partner: str, since_ms: int, states: Sequence[str] = ()) -> tuple[int, int]:
        """See `TaskStore.offered_by`."""
        query = sa.select(sa.func.count(), sa.func.min(TASKS.c.created_ms)).where(TASKS.c.partner == partner)
        query = query.where(TASKS.c.created_ms > since_ms, sa.not_(TASKS.c.proposed_here))
        with self._engine.connect() as connection:
            count, oldest_ms = connection.execute(query.where(TASKS.c.state.in_(states)) if states else query).one()
        return count, oldest_ms or 0

    def untold(self) -> list[Task]:
        """See `TaskStore.untold`."""
        return self._select(sa.select(TASKS).where(TASKS.c.untold))

    def pauses_untold(self) -> list[Task]:
        """See `TaskStore.pauses_untold`."""
        return self._select(sa.select(TASKS).where(TASKS.c.pause_untold & TASKS.c.state.in_(OPEN)))

    def _select(self, query: sa.Select[Any]) -> list[Task]:
        with self._engine.connect() as connection:
            return [_task(row) for row in connection.execute(query).mappings()]

    def change(
        self, task: str, only_in: Sequence[str], only_if: Mapping[str, Any] | None = None, **values: Any
    ) -> bool:
        """See `TaskStore.change`."""
        statement = TASKS.update().where((TASKS.c.task == task) & TASKS.c.state.in_(only_in))
        statement = statement.where(*(TASKS.c[name] == value for name, value in (only_if or {}).items()))
        with self._engine.begin() as connection:
            return bool(connection.execute(statement.values(**_row(values), changed_ms=now_ms())).rowcount)
