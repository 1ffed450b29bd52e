"""Channels and waiting notices in SQL."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import sqlalchemy as sa

from board.domain.notices import Channel, Notice
from board.store.letter_tables import CHANNELS, NOTICES
from board.store.notices import Waiting

_LISTS = ("events", "recipients")


class SqlNoticeStore:
    """See `NoticeStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put_channel(self, channel: Channel) -> None:
        """See `NoticeStore.put_channel`."""
        values = asdict(channel)
        values |= {name: json.dumps(values[name]) for name in _LISTS}
        here = CHANNELS.c.channel == channel.channel
        with self._engine.begin() as connection:
            if not connection.execute(CHANNELS.update().where(here).values(**values)).rowcount:
                connection.execute(CHANNELS.insert().values(**values))

    def channels(self) -> list[Channel]:
        """See `NoticeStore.channels`."""
        query = sa.select(CHANNELS).order_by(CHANNELS.c.created_ms, CHANNELS.c.channel)
        with self._engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
        return [Channel(**row | {name: tuple(json.loads(row[name])) for name in _LISTS}) for row in rows]

    def drop_channel(self, channel: str) -> None:
        """See `NoticeStore.drop_channel`."""
        with self._engine.begin() as connection:
            connection.execute(NOTICES.delete().where(NOTICES.c.channel == channel))
            connection.execute(CHANNELS.delete().where(CHANNELS.c.channel == channel))

    def add(self, notice: Notice, channels: tuple[str, ...], quiet_since_ms: int, most: int) -> None:
        """See `NoticeStore.add`."""
        values = asdict(notice) | {"values": json.dumps(dict(notice.values)), "next_ms": notice.at_ms}
        same = (NOTICES.c.event == notice.event, NOTICES.c.subject == notice.subject)
        with self._engine.begin() as connection:
            for channel in channels:
                here = NOTICES.c.channel == channel
                known = sa.select(NOTICES.c.id).where(here, *same, NOTICES.c.at_ms >= quiet_since_ms).limit(1)
                waits = sa.select(sa.func.count()).where(here, sa.not_(NOTICES.c.done))
                if connection.execute(known).first() or connection.execute(waits).scalar_one() >= most:
                    continue
                connection.execute(NOTICES.insert().values(channel=channel, attempts=0, done=False, **values))
            # What was told long ago is kept no longer than it keeps others quiet.
            old = (NOTICES.c.done, NOTICES.c.at_ms < quiet_since_ms)
            connection.execute(NOTICES.delete().where(*old))

    def due(self, now_ms: int) -> list[Waiting]:
        """See `NoticeStore.due`."""
        first = sa.select(sa.func.min(NOTICES.c.id)).where(sa.not_(NOTICES.c.done)).group_by(NOTICES.c.channel)
        query = sa.select(NOTICES).where(NOTICES.c.id.in_(first), NOTICES.c.next_ms <= now_ms).order_by(NOTICES.c.id)
        with self._engine.connect() as connection:
            return [
                Waiting(
                    row.id,
                    row.channel,
                    Notice(row.notice, row.event, row.subject, row.at_ms, json.loads(row._mapping["values"])),  # noqa: SLF001
                    row.attempts,
                )
                for row in connection.execute(query)
            ]

    def sent(self, waiting: Waiting, at_ms: int, problem: str) -> None:
        """See `NoticeStore.sent`."""
        self._end(waiting, {"done": True}, {"sent_ms": at_ms, "problem": problem[:500]})

    def later(self, waiting: Waiting, next_ms: int, problem: str) -> None:
        """See `NoticeStore.later`."""
        change = {"attempts": waiting.attempts + 1, "next_ms": next_ms, "done": not next_ms}
        self._end(waiting, change, {"problem": problem[:500]})

    def waiting(self, channel: str) -> int:
        """See `NoticeStore.waiting`."""
        query = sa.select(sa.func.count()).where(NOTICES.c.channel == channel, sa.not_(NOTICES.c.done))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _end(self, waiting: Waiting, notice: Mapping[str, object], channel: Mapping[str, object]) -> None:
        with self._engine.begin() as connection:
            connection.execute(NOTICES.update().where(NOTICES.c.id == waiting.id).values(**notice))
            connection.execute(CHANNELS.update().where(CHANNELS.c.channel == waiting.channel).values(**channel))
