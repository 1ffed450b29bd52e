"""Requests for data in SQL."""

import json
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.data_sets import Proof
from board.domain.requests import PENDING, DataRequest, Granted
from board.store.letter_tables import REQUESTS
from board.store.letters import Outgoing
from board.store.sql.outbox import keep_letter

_LISTS = ("columns", "components")
_MOST = 500


class SqlRequestStore:
    """See `RequestStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, request: DataRequest) -> bool:
        """See `RequestStore.add`."""
        values = asdict(request)
        proof = values.pop("proof")
        values |= {name: json.dumps(values[name]) for name in _LISTS} | {"granted": _dumped(request)}
        try:
            with self._engine.begin() as connection:
                connection.execute(REQUESTS.insert().values(**values, **proof))
        except sa.exc.IntegrityError:
            return False
        return True

    def find(self, request: str) -> DataRequest | None:
        """See `RequestStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(REQUESTS).where(REQUESTS.c.request == request)).one_or_none()
        return _request(row) if row else None

    def page(self, *, asker: str = "", owner: str = "", status: str = "", project: str = "") -> list[DataRequest]:
        """See `RequestStore.page`."""
        wanted = {"asker": asker, "owner": owner, "status": status, "project": project}
        query = sa.select(REQUESTS).where(*(REQUESTS.c[name] == value for name, value in wanted.items() if value))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(REQUESTS.c.created_ms.desc(), REQUESTS.c.request).limit(_MOST))
            return [_request(row) for row in rows]

    def decide(self, decided: DataRequest, answer: Outgoing | None = None) -> bool:
        """See `RequestStore.decide`."""
        query = (
            REQUESTS.update()
            .where(REQUESTS.c.request == decided.request, REQUESTS.c.status == PENDING)
            .values(
                status=decided.status,
                reason=decided.reason,
                decided_ms=decided.decided_ms,
                decided_by=decided.decided_by,
                consent=decided.consent,
                granted=_dumped(decided),
                **asdict(decided.proof),
            )
        )
        with self._engine.begin() as connection:
            if not connection.execute(query).rowcount:
                return False
            if answer is not None:
                keep_letter(connection, answer)
        return True


def _dumped(request: DataRequest) -> str:
    return json.dumps(asdict(request.granted)) if request.granted else ""


def _request(row: sa.Row[Any]) -> DataRequest:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    proof = Proof(values.pop("transaction"), values.pop("block"))
    values |= {name: tuple(json.loads(values[name])) for name in _LISTS}
    granted = json.loads(values["granted"]) if values["granted"] else None
    values["granted"] = Granted(**granted | {"columns": tuple(granted["columns"])}) if granted else None
    return DataRequest(**values, proof=proof)
