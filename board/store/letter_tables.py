"""Tables of what members and people tell each other: requests, messages, refusals, shared descriptions."""

import sqlalchemy as sa

from board.store.tables import METADATA
from common.sql import LONG_TEXT, NO_TEXT

_ID = sa.String(128)
_JSON = LONG_TEXT

REQUESTS = sa.Table(
    "requests",
    METADATA,
    sa.Column("request", _ID, primary_key=True),
    sa.Column("project", _ID, nullable=False, index=True),
    sa.Column("asker", sa.String(64), nullable=False, index=True),
    sa.Column("owner", sa.String(64), nullable=False, index=True),
    sa.Column("data_set", _ID, nullable=False, index=True),
    sa.Column("columns", _JSON, nullable=False),
    sa.Column("components", _JSON, nullable=False),
    sa.Column("runs", sa.Integer, nullable=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decided_ms", sa.BigInteger, nullable=False),
    sa.Column("decided_by", sa.String(64), nullable=False),
    sa.Column("consent", _ID, nullable=False),
    sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
    sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("newer_versions", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("granted", _JSON, nullable=False, server_default=NO_TEXT),
)
MESSAGES = sa.Table(
    "messages",
    METADATA,
    sa.Column("message", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("values", _JSON, nullable=False),
)
MESSAGE_READS = sa.Table(
    "message_reads",
    METADATA,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("message", sa.Integer, primary_key=True),
)
BLOCKED = sa.Table(
    "blocked",
    METADATA,
    sa.Column("member", sa.String(64), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
)
SHARED = sa.Table(
    "shared",
    METADATA,
    sa.Column("member", sa.String(64), primary_key=True),
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("columns", _JSON, nullable=False),
    sa.Column("has_label", sa.Boolean, nullable=False),
    sa.Column("tags", _JSON, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
DATA_USES = sa.Table(
    "data_uses",
    METADATA,
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("job", _ID, primary_key=True),
    sa.Column("project", _ID, nullable=False),
    sa.Column("member", sa.String(64), nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
CHANNELS = sa.Table(
    "channels",
    METADATA,
    sa.Column("channel", _ID, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("address", sa.String(500), nullable=False),
    sa.Column("events", _JSON, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("security", sa.String(16), nullable=False),
    sa.Column("sender", sa.String(320), nullable=False),
    sa.Column("recipients", _JSON, nullable=False),
    sa.Column("user", sa.String(320), nullable=False),
    sa.Column("secret", sa.LargeBinary(4096), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("sent_ms", sa.BigInteger, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
)
NOTICES = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", _ID, nullable=False, index=True),
    sa.Column("notice", _ID, nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("values", _JSON, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_ms", sa.BigInteger, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
)
