"""Models and their publications in SQL."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.models import Card, Model, Publication, Stage
from board.store.sql.paging import newest_first
from board.store.tables import CARDS, JOBS_SEEN, MODELS, PUBLICATIONS


class SqlModelStore:
    """See `ModelStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def seen(self, job: str) -> bool:
        """See `ModelStore.seen`."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(JOBS_SEEN).where(JOBS_SEEN.c.job == job)).one_or_none() is not None

    def add(self, job: str, models: list[Model]) -> None:
        """See `ModelStore.add`; a second thread that adds the same changes nothing."""
        try:
            with self._engine.begin() as connection:
                connection.execute(JOBS_SEEN.insert().values(job=job))
                for model in models:
                    values = asdict(model) | {"members": json.dumps(model.members)}
                    del values["publications"]
                    connection.execute(MODELS.insert().values(**values))
        except sa.exc.IntegrityError:
            return

    def find(self, model: str) -> Model | None:
        """See `ModelStore.find`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(MODELS).where(MODELS.c.model == model)).all()
            return next(iter(_models(connection, rows)), None)

    def page(self, after: str, limit: int) -> list[Model]:
        """See `ModelStore.page`."""
        with self._engine.connect() as connection:
            return _models(connection, connection.execute(newest_first(MODELS, "model", "made_ms", after, limit)).all())

    def put_publication(self, model: str, publication: Publication) -> None:
        """See `ModelStore.put_publication`."""
        publications = PUBLICATIONS
        with self._engine.begin() as connection:
            if publication.online:
                connection.execute(publications.update().where(publications.c.model == model).values(online=False))
            connection.execute(
                publications.delete().where(
                    publications.c.model == model, publications.c.version == publication.version
                )
            )
            connection.execute(publications.insert().values(model=model, **asdict(publication)))

    def set_online(self, model: str, version: str) -> None:
        """See `ModelStore.set_online`."""
        of_model = PUBLICATIONS.c.model == model
        with self._engine.begin() as connection:
            connection.execute(PUBLICATIONS.update().where(of_model).values(online=PUBLICATIONS.c.version == version))

    def card(self, model: str) -> Card:
        """See `ModelStore.card`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(CARDS).where(CARDS.c.model == model)).one_or_none()
        if row is None:
            return Card()
        values = {name: getattr(row, name) for name in Card.__dataclass_fields__}
        return Card(**{**values, "stage": Stage(row.stage)})

    def put_card(self, model: str, card: Card) -> bool:
        """See `ModelStore.put_card`."""
        values = asdict(card)
        before = (CARDS.c.model == model) & (CARDS.c.revision == card.revision - 1)
        try:
            with self._engine.begin() as connection:
                if card.revision == 1:
                    connection.execute(CARDS.insert().values(model=model, **values))
                    return True
                return bool(connection.execute(CARDS.update().where(before).values(**values)).rowcount)
        except sa.exc.IntegrityError:
            return False


def _models(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Model]:
    published: dict[str, list[Publication]] = {row.model: [] for row in rows}
    query = sa.select(PUBLICATIONS).where(PUBLICATIONS.c.model.in_(published)).order_by(PUBLICATIONS.c.published_ms)
    for row in connection.execute(query):
        values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        published[values.pop("model")].append(Publication(**values))
    return [
        Model(
            **{
                **row._mapping,  # noqa: SLF001
                "members": tuple(json.loads(row.members)),
                "publications": tuple(published[row.model]),
            }
        )
        for row in rows
    ]
