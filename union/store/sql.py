"""The read index in SQL: SQLite by default, PostgreSQL or MySQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from common.sql import open_database
from ledger.errors import LedgerMismatch
from ledger.federation import LedgerHead
from ledger.record import Entry, Kind, MemberStatus, Record
from union.store.base import Query, Row, Standing
from union.store.tables import ENTRIES, MEMBERS, PROGRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

MIGRATIONS = Path(__file__).parent / "migrations"
_BEGINNING = LedgerHead(sequence=0, block=-1)


class SqlIndex:
    """The `Index` port over SQLAlchemy.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; the tables are made or migrated when it opens.
    """

    def __init__(self, url: str) -> None:
        self._engine = open_database(url, migrations=MIGRATIONS)

    def close(self) -> None:
        """Close the pool."""
        self._engine.dispose()

    def check(self) -> None:
        """Raise when the database does not answer."""
        self.head()

    def head(self) -> LedgerHead:
        """Return the newest sequence that is indexed and the block up to which all is."""
        with self._engine.connect() as connection:
            return _head(connection)

    def apply(self, block: int, rows: Sequence[Row]) -> None:
        """Add what stands in the ledger up to `block`, all or nothing. What is indexed already is passed over."""
        with self._engine.begin() as connection:
            head = _head(connection)
            sequence = head.sequence
            for row in rows:
                if row.posted.sequence <= sequence:
                    continue
                if row.posted.sequence != sequence + 1:
                    message = f"record {sequence + 1} is missing; the ledger's node answered with {row.posted.sequence}"
                    raise LedgerMismatch(message)
                sequence = row.posted.sequence
                _add(connection, row)
            progress = {"sequence": sequence, "block": max(block, head.block)}
            if head == _BEGINNING:
                connection.execute(sa.delete(PROGRESS))
                connection.execute(sa.insert(PROGRESS).values(id=1, **progress))
            else:
                connection.execute(sa.update(PROGRESS).values(**progress))

    def clear(self) -> None:
        """Forget everything."""
        with self._engine.begin() as connection:
            for table in (ENTRIES, MEMBERS, PROGRESS):
                connection.execute(sa.delete(table))

    def find(self, kind: int, record_id: str, member: str = "") -> Entry | None:
        """Return the newest valid record of an id, of a member where ids are each member's own."""
        statement = _entries().where(ENTRIES.c.kind == kind, ENTRIES.c.record_id == record_id, ENTRIES.c.newest)
        if member:
            statement = statement.where(ENTRIES.c.member == member)
        with self._engine.connect() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            return None if row is None else _entry(row)

    def find_signed(self, owner: str, nonce: int) -> Entry | None:
        """Return the record that an owner signed with a nonce."""
        statement = _entries().where(ENTRIES.c.owner == owner, ENTRIES.c.nonce == str(nonce), ENTRIES.c.valid)
        with self._engine.connect() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            return None if row is None else _entry(row)

    def list(self, query: Query) -> list[Entry]:
        """Return valid records by ascending sequence."""
        statement = _entries().where(ENTRIES.c.valid, ENTRIES.c.sequence > query.after)
        if query.kind:
            statement = statement.where(ENTRIES.c.kind == query.kind)
        if query.member:
            statement = statement.where(ENTRIES.c.member == query.member)
        if query.text:
            statement = statement.where(ENTRIES.c.text.contains(query.text.casefold(), autoescape=True))
        if query.newest_only:
            statement = statement.where(ENTRIES.c.newest)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(ENTRIES.c.sequence).limit(query.limit)).mappings()
            return [_entry(row) for row in rows]

    def standing(self, member: str) -> Standing | None:
        """Return a member's status."""
        statement = sa.select(MEMBERS.c.status).where(MEMBERS.c.member == member)
        with self._engine.connect() as connection:
            status = connection.execute(statement).scalar_one_or_none()
            return None if status is None else Standing(member, MemberStatus(status))

    def count(self, status: MemberStatus) -> int:
        """Return how many members have this status."""
        statement = sa.select(sa.func.count()).select_from(MEMBERS).where(MEMBERS.c.status == status.value)
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one()


def _head(connection: sa.Connection) -> LedgerHead:
    row = connection.execute(sa.select(PROGRESS.c.sequence, PROGRESS.c.block)).one_or_none()
    return _BEGINNING if row is None else LedgerHead(sequence=row.sequence, block=row.block)


def _add(connection: sa.Connection, row: Row) -> None:
    posted, record = row.posted, row.posted.record
    member_hash = posted.member_hash.hex()
    if posted.status is not None:
        known = connection.execute(
            sa.update(MEMBERS).where(MEMBERS.c.hash == member_hash).values(status=posted.status.value)
        )
        if known.rowcount == 0:
            # The first record of a member is its registration, whose id is the member's.
            connection.execute(
                sa.insert(MEMBERS).values(hash=member_hash, member=record.record_id, status=posted.status.value)
            )
    named = sa.select(MEMBERS.c.member).where(MEMBERS.c.hash == member_hash)
    member = connection.execute(named).scalar_one() if any(posted.member_hash) else ""
    if row.valid:
        connection.execute(
            sa.update(ENTRIES)
            .where(
                ENTRIES.c.kind == record.kind,
                ENTRIES.c.record_id == record.record_id,
                ENTRIES.c.member == member,
                ENTRIES.c.newest,
            )
            .values(newest=False)
        )
    connection.execute(
        sa.insert(ENTRIES).values(
            sequence=posted.sequence,
            kind=record.kind,
            record_id=record.record_id,
            newest=row.valid,
            valid=row.valid,
            status=row.status,
            member=member,
            text=row.text,
            body=record.body,
            owner=record.owner,
            nonce=str(record.nonce),
            signature=record.signature,
            transaction=posted.transaction,
            block=posted.block,
            time_ms=posted.time_ms,
        )
    )


def _entries() -> sa.Select[Any]:
    # A member's status is the present one, whichever of its records is asked for.
    status = sa.case((ENTRIES.c.kind == int(Kind.MEMBER), MEMBERS.c.status), else_=ENTRIES.c.status)
    columns = [column for column in ENTRIES.c if column.name != "status"]
    # What is the federation's belongs to no member.
    return sa.select(*columns, status.label("status")).outerjoin(MEMBERS, MEMBERS.c.member == ENTRIES.c.member)


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(
        record=Record(
            kind=row["kind"],
            record_id=row["record_id"],
            body=bytes(row["body"]),
            owner=row["owner"],
            nonce=int(row["nonce"]),
            signature=bytes(row["signature"]),
        ),
        sequence=row["sequence"],
        transaction=row["transaction"],
        block=row["block"],
        time_ms=row["time_ms"],
        member=row["member"],
        status=row["status"],
    )
