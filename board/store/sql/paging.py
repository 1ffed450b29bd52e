"""Pages by key: the newest first, after the one that was seen last."""

from typing import Any

import sqlalchemy as sa


def newest_first(table: sa.Table, id_column: str, time_column: str, after: str, limit: int) -> sa.Select[Any]:
    """Select a page of a table; an unknown `after` gives an empty one."""
    key, time = table.c[id_column], table.c[time_column]
    query = sa.select(table).order_by(time.desc(), key.desc()).limit(limit)
    if not after:
        return query
    seen = sa.select(time).where(key == after).scalar_subquery()
    return query.where(sa.or_(time < seen, sa.and_(time == seen, key < after)))
