"""Serving's tables behind its ports."""

import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from common import canonical
from serving.domain.errors import BadSnapshot
from serving.domain.models import ApiKey, Asked, ModelPart
from serving.store.tables import ASKED, FEATURES, KEYS, PARTS, USED

_BATCH = 500
_MINUTE_MS = 60_000


class SqlModelStore:
    """See `serving.store.base.ModelStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, part: ModelPart, rows: Iterable[tuple[bytes, bytes]]) -> ModelPart:
        """See `ModelStore.add`."""
        values = {
            "model": part.model,
            "version": part.version,
            "name": part.name,
            "kind": part.kind,
            "role": part.role,
            "members": list(part.members),
            "content": canonical.dumps(part.content),
            "key_name": part.key_name,
            "imported_ms": part.imported_ms,
            "online": False,
        }
        remaining = iter(rows)
        n_rows = 0
        try:
            with self._engine.begin() as connection:
                same = (PARTS.c.model == part.model) & (PARTS.c.version == part.version)
                connection.execute(PARTS.delete().where(same))
                made = connection.execute(PARTS.insert().values(**values, rows=0)).inserted_primary_key
                number = made[0] if made else 0
                while batch := list(itertools.islice(remaining, _BATCH)):
                    n_rows += len(batch)
                    lines = [{"part": number, "tag": tag, "row_values": content} for tag, content in batch]
                    connection.execute(FEATURES.insert(), lines)
                connection.execute(PARTS.update().where(PARTS.c.id == number).values(rows=n_rows))
                return _part(connection.execute(sa.select(PARTS).where(PARTS.c.id == number)).one())
        except sa.exc.IntegrityError as problem:
            raise BadSnapshot(f"an id of model {part.model}'s snapshot occurs twice") from problem

    def online(self, model: str) -> ModelPart | None:
        """See `ModelStore.online`."""
        found = self._select((PARTS.c.model == model) & PARTS.c.online)
        return found[0] if found else None

    def versions(self, model: str) -> list[ModelPart]:
        """See `ModelStore.versions`."""
        return self._select(PARTS.c.model == model)

    def all(self) -> list[ModelPart]:
        """See `ModelStore.all`."""
        return self._select(sa.true())[::-1]

    def _select(self, which: sa.ColumnElement[bool]) -> list[ModelPart]:
        with self._engine.connect() as connection:
            return [_part(row) for row in connection.execute(sa.select(PARTS).where(which).order_by(PARTS.c.id))]

    def set_online(self, model: str, version: str) -> bool:
        """See `ModelStore.set_online`."""
        with self._engine.begin() as connection:
            of_model = PARTS.c.model == model
            number = connection.scalar(sa.select(PARTS.c.id).where(of_model & (PARTS.c.version == version)))
            if version and number is None:
                return False
            connection.execute(PARTS.update().where(of_model).values(online=PARTS.c.id == (number or 0)))
        return True

    def rows_of(self, part: int, tags: Sequence[bytes]) -> dict[bytes, bytes]:
        """See `ModelStore.rows_of`."""
        found: dict[bytes, bytes] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(tags), _BATCH):
                query = sa.select(FEATURES.c.tag, FEATURES.c.row_values).where(
                    (FEATURES.c.part == part) & FEATURES.c.tag.in_(tags[start : start + _BATCH])
                )
                found |= {bytes(tag): bytes(content) for tag, content in connection.execute(query)}
        return found


@functools.lru_cache(maxsize=32)
def _content(data: bytes) -> dict[str, Any]:
    """Read a content; trees are long, and every prediction asks for them. Nobody changes what it is given."""
    content: dict[str, Any] = canonical.loads(data)
    return content


def _part(row: Any) -> ModelPart:
    return ModelPart(
        model=row.model,
        version=row.version,
        name=row.name,
        kind=row.kind,
        role=row.role,
        members=tuple(row.members),
        content=_content(bytes(row.content)),
        imported_ms=row.imported_ms,
        key_name=row.key_name,
        rows=row.rows,
        online=row.online,
        id=row.id,
    )


class SqlKeyStore:
    """See `serving.store.base.KeyStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, key: ApiKey, sha256: bytes) -> None:
        """See `KeyStore.add`."""
        values = {
            "key_id": key.key_id,
            "model": key.model,
            "client": key.client,
            "calls_per_minute": key.calls_per_minute,
            "created_ms": key.created_ms,
            "sha256": sha256,
        }
        with self._engine.begin() as connection:
            connection.execute(KEYS.insert(), values)

    def find(self, key_id: str) -> tuple[ApiKey, bytes] | None:
        """See `KeyStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(KEYS).where(KEYS.c.key_id == key_id)).one_or_none()
        if row is None:
            return None
        return _key(row), bytes(row.sha256)

    def of_model(self, model: str) -> list[ApiKey]:
        """See `KeyStore.of_model`."""
        query = sa.select(KEYS).where(KEYS.c.model == model).order_by(KEYS.c.created_ms.desc(), KEYS.c.key_id)
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(query)]

    def drop(self, model: str, key_id: str) -> bool:
        """See `KeyStore.drop`."""
        with self._engine.begin() as connection:
            gone = connection.execute(KEYS.delete().where((KEYS.c.model == model) & (KEYS.c.key_id == key_id)))
        return bool(gone.rowcount)


def _key(row: Any) -> ApiKey:
    return ApiKey(row.key_id, row.model, row.client, row.calls_per_minute, row.created_ms)


class SqlQuotaStore:
    """See `serving.store.base.QuotaStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def use(self, subject: str, amount: int, limit: int, now_ms: int) -> bool:
        """See `QuotaStore.use`."""
        if amount > limit:
            return False
        minute = now_ms // _MINUTE_MS
        mine = (USED.c.subject == subject) & (USED.c.minute == minute)
        grow = USED.update().where(mine & (USED.c.amount <= limit - amount)).values(amount=USED.c.amount + amount)
        with self._engine.begin() as connection:
            if connection.execute(grow).rowcount:
                return True
            begun = connection.scalar(sa.select(sa.func.count()).select_from(USED).where(mine))
        if begun:
            return False
        try:
            with self._engine.begin() as connection:
                connection.execute(USED.delete().where((USED.c.subject == subject) & (USED.c.minute < minute)))
                connection.execute(USED.insert(), {"subject": subject, "minute": minute, "amount": amount})
        except sa.exc.IntegrityError:
            # Another process began this minute at the same moment.
            with self._engine.begin() as connection:
                return bool(connection.execute(grow).rowcount)
        return True


class SqlAuditStore:
    """See `serving.store.base.AuditStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def append(self, line: Asked) -> None:
        """See `AuditStore.append`."""
        values = {name: getattr(line, name) for name in Asked.__dataclass_fields__}
        with self._engine.begin() as connection:
            connection.execute(ASKED.insert(), values)

    def lines(self) -> list[Asked]:
        """See `AuditStore.lines`."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(ASKED).order_by(ASKED.c.id)).all()
        return [Asked(**{name: getattr(row, name) for name in Asked.__dataclass_fields__}) for row in rows]
