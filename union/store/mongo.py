"""The read index in MongoDB 4.4 or newer, without transactions, so that a lone server will do.

Nothing is visible before the head says so, and the head is written last: entries and statuses carry their sequence and
the one by which they are superseded, and every question is asked as of the head. What a killed union left beyond the
head is removed before the next records come.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pymongo import ASCENDING, DESCENDING, MongoClient, WriteConcern
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from common.errors import InvalidInput
from ledger.errors import LedgerMismatch
from ledger.federation import LedgerHead
from ledger.record import Entry, Kind, MemberStatus, Posted, Record
from union.errors import IndexUnreachable
from union.store.base import Query, Row, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DATABASE = "hanse_union"  # where the URL names none
_ANSWER_MS = 10_000
_MOST = 2**63 - 1  # the greatest integer of BSON
_HEAD = "head"
_BEGINNING = LedgerHead(sequence=0, block=-1)
_Document = dict[str, Any]


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except PyMongoError as problem:
        raise IndexUnreachable(f"MongoDB: {problem}") from problem


class MongoIndex:
    """The `Index` port over pymongo.

    Parameters
    ----------
    url : str
        mongodb://…, with the database's name in its path or none. One union writes to one database.
    """

    def __init__(self, url: str) -> None:
        try:
            self._client: MongoClient[_Document] = MongoClient(
                url, serverSelectionTimeoutMS=_ANSWER_MS, socketTimeoutMS=_ANSWER_MS, retryWrites=False
            )
        except (InvalidURI, ConfigurationError, ValueError) as problem:
            raise InvalidInput(f"database_url: {problem}", hint="For instance mongodb://host:27017/union") from problem
        concern = WriteConcern(w="majority", j=True)
        database = self._client.get_default_database(_DATABASE).with_options(write_concern=concern)
        self._entries, self._statuses, self._progress = database.entries, database.statuses, database.progress
        try:
            with _answering():
                self._entries.create_index(
                    [("kind", ASCENDING), ("record_id", ASCENDING), ("member", ASCENDING), ("_id", DESCENDING)]
                )
                self._entries.create_index([("member", ASCENDING), ("_id", ASCENDING)])
                self._entries.create_index([("owner", ASCENDING), ("nonce", ASCENDING)], unique=True)
                self._statuses.create_index([("hash", ASCENDING), ("_id", DESCENDING)])
                self._statuses.create_index([("member", ASCENDING), ("_id", DESCENDING)])
        except IndexUnreachable:
            self._client.close()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Raise when the database does not answer."""
        self.head()

    def head(self) -> LedgerHead:
        """Return the newest sequence that is indexed and the block up to which all is."""
        with _answering():
            found = self._progress.find_one({"_id": _HEAD})
        return _BEGINNING if found is None else LedgerHead(sequence=found["sequence"], block=found["block"])

    def apply(self, block: int, rows: Sequence[Row]) -> None:
        """Add what stands in the ledger up to `block`, all or nothing. What is indexed already is passed over."""
        head = self.head()
        fresh = [row for row in rows if row.posted.sequence > head.sequence]
        for sequence, row in enumerate(fresh, head.sequence + 1):
            if row.posted.sequence != sequence:
                message = f"record {sequence} is missing; the ledger's node answered with {row.posted.sequence}"
                raise LedgerMismatch(message)
        with _answering():
            self._forget_beyond(head.sequence)
            for row in fresh:
                self._add(row)
            # This makes them all visible at once.
            progress = {"sequence": head.sequence + len(fresh), "block": max(block, head.block)}
            self._progress.replace_one({"_id": _HEAD}, progress, upsert=True)

    def clear(self) -> None:
        """Forget everything."""
        with _answering():
            # In the opposite order: without a head, nothing is visible.
            for collection in (self._progress, self._entries, self._statuses):
                collection.delete_many({})

    def find(self, kind: int, record_id: str, member: str = "") -> Entry | None:
        """Return the newest valid record of an id, of a member where ids are each member's own."""
        return self._one({"kind": kind, "record_id": record_id, **({"member": member} if member else {})})

    def find_signed(self, owner: str, nonce: int) -> Entry | None:
        """Return the record that an owner signed with a nonce."""
        return self._one({"owner": owner, "nonce": str(nonce)})

    def list(self, query: Query) -> list[Entry]:
        """Return valid records by ascending sequence."""
        head = self.head().sequence
        wanted: _Document = {"valid": True, "_id": {"$gt": min(query.after, _MOST), "$lte": head}}
        if query.kind:
            wanted["kind"] = query.kind
        if query.member:
            wanted["member"] = query.member
        if query.text:
            wanted["text"] = {"$regex": re.escape(query.text.casefold())}
        if query.newest_only:
            wanted |= _newest(head)
        with _answering():
            found = list(self._entries.find(wanted).sort("_id", ASCENDING).limit(query.limit))
            return [*self._read(found, head)]

    def standing(self, member: str) -> Standing | None:
        """Return a member's status."""
        head = self.head().sequence
        with _answering():
            status = self._statuses_of([member], head).get(member)
        return None if status is None else Standing(member, MemberStatus(status))

    def count(self, status: MemberStatus) -> int:
        """Return how many members have this status."""
        head = self.head().sequence
        with _answering():
            return self._statuses.count_documents({"status": status.value, "_id": {"$lte": head}, **_newest(head)})

    def _forget_beyond(self, sequence: int) -> None:
        for collection in (self._entries, self._statuses):
            collection.update_many({"superseded": {"$gt": sequence}}, {"$unset": {"superseded": ""}})
            collection.delete_many({"_id": {"$gt": sequence}})

    def _add(self, row: Row) -> None:
        posted, record = row.posted, row.posted.record
        member_hash, known = posted.member_hash.hex(), {"superseded": {"$exists": False}}
        if posted.status is not None:
            self._statuses.update_many({"hash": member_hash, **known}, {"$set": {"superseded": posted.sequence}})
            self._statuses.insert_one(
                {
                    "_id": posted.sequence,
                    "hash": member_hash,
                    # Registrations and admissions, which alone change a status, have the member's id for their own.
                    "member": record.record_id,
                    "status": posted.status.value,
                }
            )
        member = self._name(posted)
        if row.valid:
            same = {"kind": record.kind, "record_id": record.record_id, "member": member, "valid": True, **known}
            self._entries.update_many(same, {"$set": {"superseded": posted.sequence}})
        self._entries.insert_one(
            {
                "_id": posted.sequence,
                "kind": record.kind,
                "record_id": record.record_id,
                "valid": row.valid,
                "status": row.status,
                "member": member,
                "text": row.text,
                "body": record.body,
                "owner": record.owner,
                # An owner counts on its own, up to 2^64, which no signed integer holds.
                "nonce": str(record.nonce),
                "signature": record.signature,
                "transaction": posted.transaction,
                "block": posted.block,
                "time_ms": posted.time_ms,
            }
        )

    def _name(self, posted: Posted) -> str:
        if not any(posted.member_hash):
            return ""
        named = self._statuses.find_one({"hash": posted.member_hash.hex()})
        if named is None:
            message = f"record {posted.sequence} belongs to a member that has never registered"
            raise LedgerMismatch(message)
        return str(named["member"])

    def _one(self, wanted: _Document) -> Entry | None:
        head = self.head().sequence
        with _answering():
            query = {**wanted, "valid": True, "_id": {"$lte": head}}
            entries = self._read(list(self._entries.find(query).sort("_id", DESCENDING).limit(1)), head)
        return entries[0] if entries else None

    def _read(self, found: Sequence[_Document], head: int) -> Sequence[Entry]:
        members = {line["member"] for line in found if line["kind"] == Kind.MEMBER}
        # A member's status is the present one, whichever of its records is asked for.
        statuses = self._statuses_of(sorted(members), head) if members else {}
        return [_entry(line, statuses) for line in found]

    def _statuses_of(self, members: Sequence[str], head: int) -> dict[str, str]:
        wanted = {"member": {"$in": list(members)}, "_id": {"$lte": head}, **_newest(head)}
        return {line["member"]: line["status"] for line in self._statuses.find(wanted)}


def _newest(head: int) -> _Document:
    return {"$or": [{"superseded": {"$exists": False}}, {"superseded": {"$gt": head}}]}


def _entry(line: _Document, statuses: dict[str, str]) -> Entry:
    return Entry(
        record=Record(
            kind=line["kind"],
            record_id=line["record_id"],
            body=bytes(line["body"]),
            owner=line["owner"],
            nonce=int(line["nonce"]),
            signature=bytes(line["signature"]),
        ),
        sequence=line["_id"],
        transaction=line["transaction"],
        block=line["block"],
        time_ms=line["time_ms"],
        member=line["member"],
        status=statuses[line["member"]] if line["kind"] == Kind.MEMBER else line["status"],
    )
