"""What left this node, and how fast the way was."""

from collections.abc import Sequence

import sqlalchemy as sa

from fusion.domain.egress import Sent
from fusion.store.tables import EGRESS, LINKS


class SqlEgressStore:
    """See `fusion.store.base.EgressStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, sent: Sent) -> None:
        """See `EgressStore.add`."""
        more = {"messages": sent.messages, "bytes": sent.bytes, "unanswered": sent.unanswered}
        counted = {name: EGRESS.c[name] + value for name, value in more.items()}
        known = (EGRESS.c.task == sent.task) & (EGRESS.c.step == sent.step)
        update = EGRESS.update().where(known).values(**counted, last_ms=sent.last_ms)
        words = {"task": sent.task, "partner": sent.partner, "step": sent.step, "what": sent.what}
        with self._engine.begin() as connection:
            if connection.execute(update).rowcount:
                return
        try:
            with self._engine.begin() as connection:
                row = {**words, **more, "first_ms": sent.first_ms, "last_ms": sent.last_ms}
                connection.execute(EGRESS.insert(), row)
        except sa.exc.IntegrityError:  # another thread was faster
            with self._engine.begin() as connection:
                connection.execute(update)

    def of(self, task: str) -> list[Sent]:
        """See `EgressStore.of`."""
        return self._select(sa.select(EGRESS).where(EGRESS.c.task == task).order_by(EGRESS.c.number))

    def sums(self, tasks: Sequence[str], what: str) -> dict[str, int]:
        """See `EgressStore.sums`."""
        query = sa.select(EGRESS.c.task, sa.func.sum(EGRESS.c.bytes)).group_by(EGRESS.c.task)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(EGRESS.c.task.in_(tasks) & (EGRESS.c.what == what)))
            return {task: int(total) for task, total in rows}

    def page(self, after: int, limit: int) -> list[Sent]:
        """See `EgressStore.page`."""
        query = sa.select(EGRESS).order_by(EGRESS.c.number.desc()).limit(limit)
        return self._select(query.where(EGRESS.c.number < after) if after else query)

    def _select(self, query: sa.Select[tuple[object, ...]]) -> list[Sent]:
        with self._engine.connect() as connection:
            return [Sent(**row) for row in connection.execute(query).mappings()]


class SqlLinkStore:
    """See `fusion.store.base.LinkStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, partner: str, bits_per_s: float, round_trip_s: float, measured_ms: int) -> None:
        """See `LinkStore.put`."""
        with self._engine.begin() as connection:
            connection.execute(LINKS.delete().where(LINKS.c.partner == partner))
            row = {"bits_per_s": bits_per_s, "round_trip_s": round_trip_s, "measured_ms": measured_ms}
            connection.execute(LINKS.insert(), {"partner": partner, **row})

    def find(self, partner: str) -> tuple[float, float, int] | None:
        """See `LinkStore.find`."""
        query = sa.select(LINKS.c.bits_per_s, LINKS.c.round_trip_s, LINKS.c.measured_ms)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(LINKS.c.partner == partner)).one_or_none()
        return None if row is None else (row[0], row[1], row[2])
