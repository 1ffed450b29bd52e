"""Projects, answers and offers in SQL."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.data_sets import Proof
from board.domain.projects import ACTIVE, PENDING, Answer, Offer, Project, Terms
from board.store.sql.paging import newest_first
from board.store.tables import ANSWERS, OFFERS, PROJECTS


class SqlProjectStore:
    """See `ProjectStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, project: Project) -> bool:
        """See `ProjectStore.add`."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    PROJECTS.insert().values(
                        project=project.terms.project,
                        terms=json.dumps(asdict(project.terms)),
                        status=project.status,
                        created_ms=project.created_ms,
                        created_by=project.created_by,
                        **asdict(project.proof),
                    )
                )
                for member in project.terms.providers:
                    connection.execute(_answer_insert(project.terms.project, project.answer_of(member)))
        except sa.exc.IntegrityError:
            return False
        return True

    def find(self, project: str) -> Project | None:
        """See `ProjectStore.find`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(PROJECTS).where(PROJECTS.c.project == project)).all()
            return next(iter(_projects(connection, rows)), None)

    def page(self, after: str, limit: int) -> list[Project]:
        """See `ProjectStore.page`."""
        with self._engine.connect() as connection:
            rows = connection.execute(newest_first(PROJECTS, "project", "created_ms", after, limit)).all()
            return _projects(connection, rows)

    def invitations(self, member: str) -> list[Project]:
        """See `ProjectStore.invitations`."""
        waiting = sa.select(ANSWERS.c.project).where(ANSWERS.c.member == member, ANSWERS.c.decision == PENDING)
        query = (
            sa.select(PROJECTS)
            .where(PROJECTS.c.project.in_(waiting), PROJECTS.c.status == ACTIVE)
            .order_by(PROJECTS.c.created_ms.desc())
        )
        with self._engine.connect() as connection:
            return _projects(connection, connection.execute(query).all())

    def set_answer(self, project: str, answer: Answer) -> None:
        """See `ProjectStore.set_answer`."""
        with self._engine.begin() as connection:
            connection.execute(ANSWERS.delete().where(ANSWERS.c.project == project, ANSWERS.c.member == answer.member))
            connection.execute(_answer_insert(project, answer))

    def set_status(self, project: str, status: str) -> None:
        """See `ProjectStore.set_status`."""
        with self._engine.begin() as connection:
            connection.execute(PROJECTS.update().where(PROJECTS.c.project == project).values(status=status))

    def set_terms(self, terms: Terms, proof: Proof) -> None:
        """See `ProjectStore.set_terms`."""
        mine = PROJECTS.c.project == terms.project
        with self._engine.begin() as connection:
            before = connection.execute(sa.select(PROJECTS.c.terms).where(mine)).scalar_one()
            connection.execute(
                PROJECTS.update().where(mine).values(terms=json.dumps(asdict(terms)), previous=before, **asdict(proof))
            )
            connection.execute(ANSWERS.delete().where(ANSWERS.c.project == terms.project))
            for member in terms.providers:
                connection.execute(_answer_insert(terms.project, Answer(member)))

    def put_offer(self, offer: Offer) -> None:
        """See `ProjectStore.put_offer`."""
        with self._engine.begin() as connection:
            connection.execute(
                OFFERS.delete().where(
                    OFFERS.c.project == offer.project,
                    OFFERS.c.member == offer.member,
                    OFFERS.c.data_set == offer.data_set,
                )
            )
            connection.execute(OFFERS.insert().values(**asdict(offer) | {"columns": json.dumps(offer.columns)}))

    def offers(self, project: str) -> list[Offer]:
        """See `ProjectStore.offers`."""
        return self._offers(OFFERS.c.project == project)

    def offers_of(self, member: str, data_set: str) -> list[Offer]:
        """See `ProjectStore.offers_of`."""
        return self._offers(sa.and_(OFFERS.c.member == member, OFFERS.c.data_set == data_set))

    def _offers(self, which: sa.ColumnElement[bool]) -> list[Offer]:
        query = sa.select(OFFERS).where(which).order_by(OFFERS.c.at_ms, OFFERS.c.data_set)
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return [Offer(**{**row._mapping, "columns": tuple(json.loads(row.columns))}) for row in rows]  # noqa: SLF001

    def drop_offers(self, member: str, data_set: str) -> None:
        """See `ProjectStore.drop_offers`."""
        with self._engine.begin() as connection:
            connection.execute(OFFERS.delete().where(OFFERS.c.member == member, OFFERS.c.data_set == data_set))


def _answer_insert(project: str, answer: Answer) -> sa.Insert:
    return ANSWERS.insert().values(
        project=project,
        member=answer.member,
        decision=answer.decision,
        reason=answer.reason,
        at_ms=answer.at_ms,
        **asdict(answer.proof),
    )


def _projects(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[Project]:
    answers: dict[str, list[Answer]] = {row.project: [] for row in rows}
    query = sa.select(ANSWERS).where(ANSWERS.c.project.in_(answers)).order_by(ANSWERS.c.member)
    for row in connection.execute(query):
        proof = Proof(row.transaction, row.block)
        answers[row.project].append(Answer(row.member, row.decision, row.reason, proof, row.at_ms))
    return [
        Project(
            terms=_terms(json.loads(row.terms)),
            status=row.status,
            created_ms=row.created_ms,
            created_by=row.created_by,
            proof=Proof(row.transaction, row.block),
            answers=tuple(answers[row.project]),
            previous=_terms(json.loads(row.previous)) if row.previous else None,
        )
        for row in rows
    ]


def _terms(values: dict[str, Any]) -> Terms:
    return Terms(**values | {"providers": tuple(values["providers"]), "components": tuple(values["components"])})
