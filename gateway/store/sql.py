"""The gateway's tables behind its ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from common import canonical
from common.rpc.wire import now_ms
from gateway.domain.grants import Grant, GrantedMessage
from gateway.domain.members import Federation
from gateway.domain.messages import Announced, EgressLine, MessageKey, Parcel
from gateway.store.base import SentState
from gateway.store.tables import EGRESS, ENTRIES, FACTS, GRANTS, INBOX, OUTBOX

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNFINISHED = ("spooled", "sending")


def _key_values(announced: Announced) -> dict[str, Any]:
    key = announced.key
    return {
        "id": key.id,
        "job": key.job,
        "task": key.task,
        "attempt": key.attempt,
        "message": key.message,
        "step": key.step,
        "sender": key.sender,
        "receiver": key.receiver,
        "total_bytes": announced.total_bytes,
        "sha256": announced.sha256,
        "created_ms": now_ms(),
    }


def _announced(row: Any) -> Announced:
    key = MessageKey(row.job, row.task, row.attempt, row.message, row.step, row.sender, row.receiver)
    return Announced(key, row.total_bytes, bytes(row.sha256))


def _of_task(table: sa.Table, job: str, task: str, below: int | None) -> sa.ColumnElement[bool]:
    of_task = (table.c.job == job) & (table.c.task == task)
    return of_task if below is None else of_task & (table.c.attempt < below)


class SqlGrantStore:
    """Grants as canonical JSON, one row a task."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save(self, grant: Grant) -> None:
        """Keep the grant in place of the task's former one."""
        content = {
            "component": grant.component,
            "component_version": grant.component_version,
            "component_hash": grant.component_hash.hex(),
            "roles": dict(grant.roles),
            "messages": [[m.name, m.from_role, m.to_role, m.carries, str(m.max_bytes)] for m in grant.messages],
            "expires_ms": grant.expires_ms,
        }
        row = {"job": grant.job, "task": grant.task, "attempt": grant.attempt, "closed": False}
        with self._engine.begin() as connection:
            connection.execute(GRANTS.delete().where((GRANTS.c.job == grant.job) & (GRANTS.c.task == grant.task)))
            row |= {"content": canonical.dumps(content), "changed_ms": now_ms()}
            connection.execute(GRANTS.insert(), row)

    def close(self, job: str, task: str) -> None:
        """Mark the task as over."""
        mine = (GRANTS.c.job == job) & (GRANTS.c.task == task)
        with self._engine.begin() as connection:
            connection.execute(GRANTS.update().where(mine).values(closed=True, changed_ms=now_ms()))

    def find(self, job: str, task: str) -> tuple[Grant, bool] | None:
        """Give the task's grant and whether it is closed."""
        query = sa.select(GRANTS).where((GRANTS.c.job == job) & (GRANTS.c.task == task))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        content = canonical.loads(row.content)
        grant = Grant(
            job,
            task,
            row.attempt,
            content["component"],
            content["component_version"],
            bytes.fromhex(content["component_hash"]),
            content["roles"],
            tuple(GrantedMessage(n, f, t, c, int(size)) for n, f, t, c, size in content["messages"]),
            content["expires_ms"],
        )
        return grant, row.closed


class SqlOutboxStore:
    """Messages on their way out."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, parcel: Parcel) -> bool:
        """Add a spooled message; False when its key is there already."""
        row = _key_values(parcel.announced) | {
            "component": parcel.component,
            "kind": parcel.kind,
            "expires_ms": parcel.expires_ms,
            "state": "spooled",
            "code": "",
            "detail": "",
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(OUTBOX.insert(), row)
        except sa.exc.IntegrityError:
            return False
        return True

    def find(self, key: MessageKey) -> SentState | None:
        """Give the state of a message."""
        query = sa.select(OUTBOX.c.sha256, OUTBOX.c.state, OUTBOX.c.code, OUTBOX.c.detail).where(OUTBOX.c.id == key.id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else SentState(bytes(row.sha256), row.state, row.code, row.detail)

    def start(self, parcel: Parcel, line: EgressLine) -> None:
        """Note that the message begins to leave, and the egress line with it, once."""
        waiting = (OUTBOX.c.id == parcel.key.id) & (OUTBOX.c.state == "spooled")
        with self._engine.begin() as connection:
            if connection.execute(OUTBOX.update().where(waiting).values(state="sending")).rowcount:
                connection.execute(EGRESS.insert(), _line_values(line))

    def end(self, key: MessageKey, state: str, code: str = "", detail: str = "") -> None:
        """Note how the message ended."""
        change = OUTBOX.update().where(OUTBOX.c.id == key.id).values(state=state, code=code, detail=detail)
        with self._engine.begin() as connection:
            connection.execute(change)

    def unfinished(self) -> list[Parcel]:
        """List what is not delivered, dropped or refused, oldest first."""
        query = sa.select(OUTBOX).where(OUTBOX.c.state.in_(_UNFINISHED)).order_by(OUTBOX.c.created_ms)
        with self._engine.connect() as connection:
            return [Parcel(_announced(r), r.component, r.kind, r.expires_ms) for r in connection.execute(query)]

    def waiting(self) -> Mapping[str, tuple[int, int, int]]:
        """Tell by receiver how many messages are unfinished, their bytes, and since when the oldest waits."""
        sums = (sa.func.count(), sa.func.sum(OUTBOX.c.total_bytes), sa.func.min(OUTBOX.c.created_ms))
        query = sa.select(OUTBOX.c.receiver, *sums).where(OUTBOX.c.state.in_(_UNFINISHED)).group_by(OUTBOX.c.receiver)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {member: (int(count), int(total), int(since)) for member, count, total, since in rows}

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Forget the task's messages: all, or those of attempts below one."""
        with self._engine.begin() as connection:
            connection.execute(OUTBOX.delete().where(_of_task(OUTBOX, job, task, below)))


class SqlInboxStore:
    """Messages that came whole."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, announced: Announced) -> None:
        """Note a message that came whole."""
        with self._engine.begin() as connection:
            connection.execute(INBOX.insert(), _key_values(announced))

    def find(self, key: MessageKey) -> Announced | None:
        """Give a message that came whole."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(INBOX).where(INBOX.c.id == key.id)).first()
        return None if row is None else _announced(row)

    def used_bytes(self) -> Mapping[str, int]:
        """Sum the bytes by sender."""
        query = sa.select(INBOX.c.sender, sa.func.sum(INBOX.c.total_bytes)).group_by(INBOX.c.sender)
        with self._engine.connect() as connection:
            return {sender: int(total) for sender, total in connection.execute(query)}

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Forget the task's messages: all, or those of attempts below one."""
        with self._engine.begin() as connection:
            connection.execute(INBOX.delete().where(_of_task(INBOX, job, task, below)))


_LINE = ("time_ms", "member", "job", "task", "attempt", "component", "message", "kind", "sha256")


def _line_values(line: EgressLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _LINE} | {"bytes": line.n_bytes}


def _line(row: Any) -> EgressLine:
    values = {name: getattr(row, name) for name in _LINE}
    return EgressLine(**(values | {"sha256": bytes(row.sha256)}), n_bytes=row.bytes, id=row.id)


class SqlEgressStore:
    """The record of what left; rows are only added."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def append(self, line: EgressLine) -> None:
        """Add a line."""
        with self._engine.begin() as connection:
            connection.execute(EGRESS.insert(), _line_values(line))

    def page(self, job: str, after: int, size: int) -> list[EgressLine]:
        """See `EgressStore.page`."""
        query = sa.select(EGRESS).order_by(EGRESS.c.id.desc()).limit(size)
        if after:
            query = query.where(EGRESS.c.id < after)
        if job:
            query = query.where(EGRESS.c.job == job)
        with self._engine.connect() as connection:
            return [_line(row) for row in connection.execute(query)]

    def sums(self, job: str) -> Mapping[str, int]:
        """Sum the bytes by kind."""
        query = sa.select(EGRESS.c.kind, sa.func.sum(EGRESS.c.bytes)).group_by(EGRESS.c.kind)
        if job:
            query = query.where(EGRESS.c.job == job)
        with self._engine.connect() as connection:
            return {kind: int(total) for kind, total in connection.execute(query)}

    def sent(self, from_ms: int) -> Mapping[str, tuple[int, int]]:
        """Count messages and bytes since then, by member."""
        query = (
            sa.select(EGRESS.c.member, sa.func.count(), sa.func.sum(EGRESS.c.bytes))
            .where(EGRESS.c.time_ms >= from_ms)
            .group_by(EGRESS.c.member)
        )
        with self._engine.connect() as connection:
            return {member: (int(count), int(total)) for member, count, total in connection.execute(query)}

    def sums_by_task(self, job: str) -> list[tuple[str, str, int, int]]:
        """Sum a job's bytes and messages by task and receiver."""
        key = (EGRESS.c.task, EGRESS.c.member)
        query = sa.select(*key, sa.func.sum(EGRESS.c.bytes), sa.func.count()).where(EGRESS.c.job == job).group_by(*key)
        with self._engine.connect() as connection:
            return [(task, member, int(total), int(count)) for task, member, total, count in connection.execute(query)]


class _Facts:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def _get(self, name: str) -> bytes | None:
        with self._engine.connect() as connection:
            value = connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == name))
        return None if value is None else bytes(value)

    def _put(self, name: str, value: bytes) -> None:
        with self._engine.begin() as connection:
            connection.execute(FACTS.delete().where(FACTS.c.name == name))
            connection.execute(FACTS.insert(), {"name": name, "value": value})


class SqlEntryStore(_Facts):
    """The register's member entries, the federation and its head."""

    def load(self) -> Mapping[str, bytes]:
        """Give the serialised entries by member."""
        with self._engine.connect() as connection:
            return {row.member: bytes(row.entry) for row in connection.execute(sa.select(ENTRIES))}

    def save(self, member: str, entry: bytes) -> None:
        """Keep an entry in place of the member's former one."""
        with self._engine.begin() as connection:
            connection.execute(ENTRIES.delete().where(ENTRIES.c.member == member))
            connection.execute(ENTRIES.insert(), {"member": member, "entry": entry})

    def federation(self) -> Federation | None:
        """Give the federation and the newest head that were seen."""
        kept = self._get("federation")
        if kept is None:
            return None
        content = canonical.loads(kept)
        governors = frozenset(content["governors"])
        return Federation(bytes.fromhex(content["salt"]), content["head"], governors, content["threshold"])

    def set_federation(self, federation: Federation) -> None:
        """Keep the federation and its head."""
        content = {
            "salt": federation.salt.hex(),
            "head": federation.head,
            "governors": sorted(federation.governors),
            "threshold": federation.threshold,
        }
        self._put("federation", canonical.dumps(content))


class SqlPolicyStore(_Facts):
    """The policy as canonical JSON."""

    def load(self) -> bytes | None:
        """Give the policy, None when none was set."""
        return self._get("policy")

    def save(self, policy: bytes) -> None:
        """Keep the policy."""
        self._put("policy", policy)
