"""Between the register's values and their protobuf messages."""

from __future__ import annotations

from typing import cast

from ledger.record import Entry, Record
from proto.union.v1 import union_pb2


def read_record(message: union_pb2.SignedRecord) -> Record:
    """Return the record that a message holds."""
    return Record(
        kind=int(message.kind),
        record_id=message.record_id,
        body=message.body,
        owner=message.owner,
        nonce=message.nonce,
        signature=message.signature,
    )


def write_record(record: Record) -> union_pb2.SignedRecord:
    """Return a record's message."""
    return union_pb2.SignedRecord(
        kind=cast("union_pb2.RecordKind", record.kind),
        record_id=record.record_id,
        body=record.body,
        owner=record.owner,
        nonce=record.nonce,
        signature=record.signature,
    )


def write_entry(entry: Entry) -> union_pb2.Entry:
    """Return an entry's message."""
    return union_pb2.Entry(
        record=write_record(entry.record),
        transaction=entry.transaction,
        block=entry.block,
        time_ms=entry.time_ms,
        status=entry.status,
        sequence=entry.sequence,
    )
