"""What is known of tables that are prepared or kept."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Failure
from fusion.domain.prepared import Made, Table
from fusion.store.tables import PREPARED


class SqlTableStore:
    """See `fusion.store.base.TableStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, table: Table) -> None:
        """See `TableStore.add`."""
        row = asdict(table)
        if table.made is not None:
            columns = list(table.made.columns)
            row["made"] = {**row["made"], "columns": columns, "key_rule": table.made.key_rule.model_dump()}
        with self._engine.begin() as connection:
            connection.execute(PREPARED.insert(), row)

    def find(self, table: str) -> Table | None:
        """See `TableStore.find`."""
        found = self._select(PREPARED.c.table == table)
        return found[0] if found else None

    def all(self) -> list[Table]:
        """See `TableStore.all`."""
        return self._select(sa.true())

    def _select(self, which: sa.ColumnElement[bool]) -> list[Table]:
        query = sa.select(PREPARED).where(which).order_by(PREPARED.c.created_ms.desc(), PREPARED.c.table)
        with self._engine.connect() as connection:
            return [_table(row) for row in connection.execute(query).mappings()]

    def change(self, table: str, only_in: Sequence[str], **values: Any) -> bool:
        """See `TableStore.change`."""
        if isinstance(values.get("failure"), Failure):
            values["failure"] = asdict(values["failure"])
        statement = PREPARED.update().where((PREPARED.c.table == table) & PREPARED.c.state.in_(only_in))
        with self._engine.begin() as connection:
            return bool(connection.execute(statement.values(**values)).rowcount)

    def delete(self, table: str) -> None:
        """See `TableStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(PREPARED.delete().where(PREPARED.c.table == table))


def _table(row: Any) -> Table:
    made = row["made"]
    if made is not None:
        made = Made(**{**made, "columns": tuple(made["columns"]), "key_rule": KeyRule(**made["key_rule"])})
    failure = Failure(**row["failure"]) if row["failure"] else None
    return Table(**{**row, "made": made, "salt": bytes(row["salt"]), "failure": failure})
