"""How calls went, counted by the minute; several processes count into the same rows."""

from bisect import bisect_left

import sqlalchemy as sa

from common.errors import Unavailable
from serving.domain.models import LATENCY_MS, Call, Calls
from serving.store.tables import CALLS

_MINUTE_MS = 60_000
_KEPT_MS = 30 * 24 * 60 * _MINUTE_MS


class SqlUsageStore:
    """See `serving.store.base.UsageStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, call: Call, now_ms: int) -> None:
        """See `UsageStore.note`."""
        try:
            self._note(call, now_ms)
        except sa.exc.SQLAlchemyError as error:
            raise Unavailable(f"the call was not counted: {type(error).__name__}") from error

    def _note(self, call: Call, now_ms: int) -> None:
        key = {
            "model": call.model,
            "minute_ms": now_ms - now_ms % _MINUTE_MS,
            "client": call.client,
            "code": call.code,
            "latency": bisect_left(LATENCY_MS, call.ms),
        }
        same = sa.and_(*(CALLS.c[name] == value for name, value in key.items()))
        grow = (
            CALLS.update()
            .where(same)
            .values(calls=CALLS.c.calls + 1, rows=CALLS.c.rows + call.rows, total_ms=CALLS.c.total_ms + call.ms)
        )
        with self._engine.begin() as connection:
            if connection.execute(grow).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                old = (CALLS.c.model == call.model) & (CALLS.c.minute_ms < now_ms - _KEPT_MS)
                connection.execute(CALLS.delete().where(old))
                connection.execute(CALLS.insert().values(**key, calls=1, rows=call.rows, total_ms=call.ms))
        except sa.exc.IntegrityError:
            # Another process began this row at the same moment.
            with self._engine.begin() as connection:
                connection.execute(grow)

    def since(self, model: str, from_ms: int) -> list[Calls]:
        """See `UsageStore.since`."""
        query = sa.select(CALLS).where((CALLS.c.model == model) & (CALLS.c.minute_ms >= from_ms))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(CALLS.c.minute_ms)).all()
        return [Calls(r.minute_ms, r.client, r.code, r.latency, r.calls, r.rows, r.total_ms) for r in rows]
