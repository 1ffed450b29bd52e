"""The index's tables."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

ENTRIES = sa.Table(
    "entries",
    METADATA,
    sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.SmallInteger, nullable=False),
    sa.Column("record_id", sa.String(128), nullable=False),
    sa.Column("newest", sa.Boolean, nullable=False),
    sa.Column("valid", sa.Boolean, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("member", sa.String(128), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("owner", sa.String(42), nullable=False),
    # An owner counts on its own, up to 2^64, which no signed integer holds.
    sa.Column("nonce", sa.String(20), nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("transaction", sa.String(66), nullable=False),
    sa.Column("block", sa.BigInteger, nullable=False),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Index("entries_by_id", "kind", "record_id", "member", "newest"),
    sa.Index("entries_by_member", "member", "sequence"),
    sa.Index("entries_by_owner", "owner", "nonce", unique=True),
)

MEMBERS = sa.Table(
    "members",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("member", sa.String(128), nullable=False, unique=True),
    sa.Column("status", sa.String(16), nullable=False, index=True),
)

# One row: how far the index has come.
PROGRESS = sa.Table(
    "progress",
    METADATA,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("block", sa.BigInteger, nullable=False),
)
