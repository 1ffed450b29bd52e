"""Descriptions of our data sets in SQL."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.data_sets import Column, DataSet, JobUse, Proof
from board.store.base import Draft
from board.store.letter_tables import DATA_USES
from board.store.sql.paging import newest_first
from board.store.tables import DATA_DRAFTS, DATA_SETS


class SqlDataSetStore:
    """See `DataSetStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, data_set: str, at_ms: int, *, published: bool) -> None:
        """See `DataSetStore.begin`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_DRAFTS.insert().values(data_set=data_set, began_ms=at_ms, published=published))

    def begun(self) -> list[Draft]:
        """See `DataSetStore.begun`."""
        with self._engine.connect() as connection:
            return [
                Draft(row.data_set, row.began_ms, row.published) for row in connection.execute(sa.select(DATA_DRAFTS))
            ]

    def forget(self, data_set: str) -> None:
        """See `DataSetStore.forget`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_DRAFTS.delete().where(DATA_DRAFTS.c.data_set == data_set))

    def add(self, data_set: DataSet) -> None:
        """See `DataSetStore.add`."""
        values = asdict(data_set)
        proof = values.pop("resource")
        for name in ("columns", "tags", "readers"):
            values[name] = json.dumps(values[name])
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.insert().values(**values, **proof))
            connection.execute(DATA_DRAFTS.delete().where(DATA_DRAFTS.c.data_set == data_set.data_set))

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

    def describe(self, data_set: DataSet) -> None:
        """See `DataSetStore.describe`."""
        with self._engine.begin() as connection:
            connection.execute(
                DATA_SETS.update()
                .where(DATA_SETS.c.data_set == data_set.data_set)
                .values(
                    name=data_set.name,
                    tags=json.dumps(data_set.tags),
                    readers=json.dumps(data_set.readers),
                    visibility=data_set.visibility,
                    **asdict(data_set.resource),
                )
            )

    def of_series(self, series: str) -> list[DataSet]:
        """See `DataSetStore.of_series`."""
        query = sa.select(DATA_SETS).where(DATA_SETS.c.series == series).order_by(DATA_SETS.c.number)
        with self._engine.connect() as connection:
            return [_data_set(row) for row in connection.execute(query)]

    def add_use(self, data_set: str, job: str, project: str, member: str, at_ms: int) -> None:
        """See `DataSetStore.add_use`."""
        key = (DATA_USES.c.data_set == data_set, DATA_USES.c.job == job)
        with self._engine.begin() as connection:
            connection.execute(DATA_USES.delete().where(*key))
            connection.execute(
                DATA_USES.insert().values(data_set=data_set, job=job, project=project, member=member, at_ms=at_ms)
            )

    def uses(self, data_set: str) -> list[JobUse]:
        """See `DataSetStore.uses`."""
        query = sa.select(DATA_USES).where(DATA_USES.c.data_set == data_set).order_by(DATA_USES.c.at_ms.desc())
        with self._engine.connect() as connection:
            return [JobUse(row.job, row.project, row.member, row.at_ms) for row in connection.execute(query.limit(500))]

    def delete(self, data_set: str) -> None:
        """See `DataSetStore.delete`."""
        with self._engine.begin() as connection:
            connection.execute(DATA_SETS.delete().where(DATA_SETS.c.data_set == data_set))


def _data_set(row: sa.Row[Any]) -> DataSet:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    proof = Proof(values.pop("transaction"), values.pop("block"))
    columns = tuple(Column(**column) for column in json.loads(values.pop("columns")))
    for name in ("tags", "readers"):
        values[name] = tuple(json.loads(values[name]))
    return DataSet(**values, columns=columns, resource=proof)
