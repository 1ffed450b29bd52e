"""The gateway's tables; migrations/versions make them."""

from __future__ import annotations

import sqlalchemy as sa

from common.rpc.nonces import METADATA as NONCES
from common.sql import LONG_BYTES

METADATA = sa.MetaData()
_ID = sa.String(64)
_WORD = sa.String(128)


def _message_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", _ID, primary_key=True),
        sa.Column("job", _WORD, nullable=False),
        sa.Column("task", _WORD, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("message", _WORD, nullable=False),
        sa.Column("step", _WORD, nullable=False),
        sa.Column("sender", _WORD, nullable=False),
        sa.Column("receiver", _WORD, nullable=False),
        sa.Column("total_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    ]


GRANTS = sa.Table(
    "grants",
    METADATA,
    sa.Column("job", _WORD, primary_key=True),
    sa.Column("task", _WORD, primary_key=True),
    sa.Column("attempt", sa.BigInteger, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("content", LONG_BYTES, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
)
OUTBOX = sa.Table(
    "outbox",
    METADATA,
    *_message_columns(),
    sa.Column("component", _WORD, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("code", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
sa.Index("outbox_task", OUTBOX.c.job, OUTBOX.c.task, OUTBOX.c.attempt)
INBOX = sa.Table("inbox", METADATA, *_message_columns())
sa.Index("inbox_task", INBOX.c.job, INBOX.c.task, INBOX.c.attempt)
EGRESS = sa.Table(
    "egress",
    METADATA,
    # SQLite counts rows by itself for INTEGER only.
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Column("member", _WORD, nullable=False),
    sa.Column("job", _WORD, nullable=False, index=True),
    sa.Column("task", _WORD, nullable=False),
    sa.Column("attempt", sa.BigInteger, nullable=False),
    sa.Column("component", _WORD, nullable=False),
    sa.Column("message", sa.String(256), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.LargeBinary(32), nullable=False),
    sqlite_autoincrement=True,
)
ENTRIES = sa.Table(
    "entries",
    METADATA,
    sa.Column("member", _WORD, primary_key=True),
    sa.Column("entry", LONG_BYTES, nullable=False),
)
FACTS = sa.Table(
    "facts",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", LONG_BYTES, nullable=False),
)
NONCES_TABLE = NONCES.tables["nonces"].to_metadata(METADATA)
