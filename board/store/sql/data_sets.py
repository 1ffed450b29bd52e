"""Descriptions of our data sets in SQL."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.data_sets import Column, DataSet, Proof
from board.store.sql.paging import newest_first
from board.store.tables import DATA_SETS


class SqlDataSetStore:
    """See `DataSetStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, data_set: DataSet) -> None:
        """See `DataSetStore.add`."""
        values = asdict(data_set)
        proof = values.pop("resource")
        values["columns"] = json.dumps(values["columns"])
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.insert().values(**values, **proof))

    def find(self, data_set: str) -> DataSet | None:
        """See `DataSetStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(DATA_SETS).where(DATA_SETS.c.data_set == data_set)).one_or_none()
        return _data_set(row) if row else None

    def page(self, after: str, limit: int) -> list[DataSet]:
        """See `DataSetStore.page`."""
        with self._engine.connect() as connection:
            rows = connection.execute(newest_first(DATA_SETS, "data_set", "created_ms", after, limit))
            return [_data_set(row) for row in rows]

    def set_resource(self, data_set: str, proof: Proof, visibility: str) -> None:
        """See `DataSetStore.set_resource`."""
        with self._engine.begin() as connection:
            connection.execute(
                DATA_SETS.update()
                .where(DATA_SETS.c.data_set == data_set)
                .values(visibility=visibility, **asdict(proof))
            )

    def delete(self, data_set: str) -> None:
        """See `DataSetStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.delete().where(DATA_SETS.c.data_set == data_set))


def _data_set(row: sa.Row[Any]) -> DataSet:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    proof = Proof(values.pop("transaction"), values.pop("block"))
    columns = tuple(Column(**column) for column in json.loads(values.pop("columns")))
    return DataSet(**values, columns=columns, resource=proof)
