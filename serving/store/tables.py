"""Serving's tables; migrations/versions make them."""

import sqlalchemy as sa

from common.sql import DIGEST, LONG_BYTES

METADATA = sa.MetaData()
_WORD = sa.String(255)
# SQLite counts rows by itself for INTEGER only.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

PARTS = sa.Table(
    "parts",
    METADATA,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("model", _WORD, nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("members", sa.JSON, nullable=False),
    sa.Column("content", LONG_BYTES, nullable=False),
    sa.Column("key_name", sa.String(64), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("online", sa.Boolean, nullable=False),
    sa.Column("imported_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("model", "version", name="parts_model_version"),
    sqlite_autoincrement=True,
)
FEATURES = sa.Table(
    "features",
    METADATA,
    sa.Column("part", _NUMBER, sa.ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag", DIGEST, primary_key=True),
    sa.Column("row_values", sa.LargeBinary, nullable=False),
)
KEYS = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("model", _WORD, nullable=False),
    sa.Column("client", _WORD, nullable=False),
    sa.Column("sha256", DIGEST, nullable=False),
    sa.Column("calls_per_minute", sa.BigInteger, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)
USED = sa.Table(
    "used",
    METADATA,
    sa.Column("subject", _WORD, primary_key=True),
    sa.Column("minute", sa.BigInteger, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)
ASKED = sa.Table(
    "asked",
    METADATA,
    sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Column("origin", sa.String(64), nullable=False),
    sa.Column("model", _WORD, nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("request", sa.String(32), nullable=False),
    sa.Column("n_ids", sa.BigInteger, nullable=False),
    sa.Column("digest", DIGEST, nullable=False),
    sqlite_autoincrement=True,
)
CALLS = sa.Table(
    "calls",
    METADATA,
    sa.Column("model", _WORD, primary_key=True),
    sa.Column("minute_ms", sa.BigInteger, primary_key=True),
    sa.Column("client", _WORD, primary_key=True),
    sa.Column("code", sa.String(16), primary_key=True),
    sa.Column("latency", sa.Integer, primary_key=True),
    sa.Column("calls", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("total_ms", sa.Float, nullable=False),
)
