"""The board's tables; the migrations make them."""

import sqlalchemy as sa

from common.sql import LONG_TEXT, NO_ITEMS, NO_TEXT

METADATA = sa.MetaData()
_ID = sa.String(128)
_JSON = LONG_TEXT


def _proof() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
        sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    )


ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("password_hash", sa.String(256), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("change_by_ms", sa.BigInteger, nullable=False, server_default="0"),
)
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(64), sa.ForeignKey("accounts.account", ondelete="CASCADE"), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("agent", sa.String(200), nullable=False, server_default=""),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, server_default="0"),
)
TOKENS = sa.Table(
    "tokens",
    METADATA,
    sa.Column("token", _ID, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("account", sa.String(64), sa.ForeignKey("accounts.account", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("used_ms", sa.BigInteger, nullable=False),
)
SIGN_IN_FAILURES = sa.Table(
    "sign_in_failures",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.String(64), nullable=False, index=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
)
IDEMPOTENCY = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),  # SHA-256 over account, operation and the caller's key
    sa.Column("request", sa.String(64), nullable=False),  # SHA-256 of what was asked
    sa.Column("status", sa.Integer, nullable=False),  # 0: not answered yet
    sa.Column("body", _JSON, nullable=False),
    sa.Column("location", sa.String(512), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
)
DATA_SETS = sa.Table(
    "data_sets",
    METADATA,
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("columns", _JSON, nullable=False),
    sa.Column("id_column", sa.String(200), nullable=False),
    sa.Column("label_column", sa.String(200), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("created_by", sa.String(64), nullable=False),
    *_proof(),
    sa.Column("series", _ID, nullable=False, server_default=""),
    sa.Column("number", sa.Integer, nullable=False, server_default="1"),
    sa.Column("tags", _JSON, nullable=False, server_default=NO_ITEMS),
    sa.Column("readers", _JSON, nullable=False, server_default=NO_ITEMS),
    sa.Column("origin", sa.String(300), nullable=False, server_default=""),
)
DATA_DRAFTS = sa.Table(
    "data_drafts",
    METADATA,
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("began_ms", sa.BigInteger, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False),
)
PROJECTS = sa.Table(
    "projects",
    METADATA,
    sa.Column("project", _ID, primary_key=True),
    sa.Column("terms", _JSON, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("created_by", sa.String(64), nullable=False),
    *_proof(),
    sa.Column("previous", _JSON, nullable=False, server_default=NO_TEXT),
)
ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("project", _ID, sa.ForeignKey("projects.project"), primary_key=True),
    sa.Column("member", sa.String(64), primary_key=True),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    *_proof(),
)
OFFERS = sa.Table(
    "offers",
    METADATA,
    sa.Column("project", _ID, sa.ForeignKey("projects.project"), primary_key=True),
    sa.Column("member", sa.String(64), primary_key=True),
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("columns", _JSON, nullable=False),
    sa.Column("has_label", sa.Boolean, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
CONSENTS = sa.Table(
    "consents",
    METADATA,
    sa.Column("consent", _ID, primary_key=True),
    sa.Column("project", _ID, sa.ForeignKey("projects.project"), nullable=False, index=True),
    sa.Column("data_set", _ID, nullable=False, index=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("components", _JSON, nullable=False),
    sa.Column("runs", sa.Integer, nullable=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("job", _ID, nullable=False),
    *_proof(),
    sa.Column("columns", _JSON, nullable=False, server_default=NO_ITEMS),
    sa.Column("newer_versions", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("series", _ID, nullable=False, server_default=""),
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("narrowed", sa.Boolean, nullable=False, server_default=sa.false()),
)
CONSENT_USES = sa.Table(
    "consent_uses",
    METADATA,
    sa.Column("consent", _ID, sa.ForeignKey("consents.consent"), primary_key=True),
    sa.Column("job", _ID, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
FLOWS = sa.Table(
    "flows",
    METADATA,
    sa.Column("flow", _ID, primary_key=True),
    sa.Column("project", _ID, sa.ForeignKey("projects.project"), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("graph", _JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(64), nullable=False),
)
FLOW_VERSIONS = sa.Table(
    "flow_versions",
    METADATA,
    sa.Column("flow", _ID, sa.ForeignKey("flows.flow", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("graph", _JSON, nullable=False),
    sa.Column("nodes", sa.Integer, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
)
MODELS = sa.Table(
    "models",
    METADATA,
    sa.Column("model", sa.String(260), primary_key=True),
    sa.Column("job", _ID, nullable=False, index=True),
    sa.Column("task", _ID, nullable=False),
    sa.Column("output", sa.String(64), nullable=False),
    sa.Column("project", _ID, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("members", _JSON, nullable=False),
    sa.Column("made_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("import_task", _ID, nullable=False),
    sa.Column("import_job", _ID, nullable=False),
    sa.Column("data_set", _ID, nullable=False),
)
PUBLICATIONS = sa.Table(
    "publications",
    METADATA,
    sa.Column("model", sa.String(260), sa.ForeignKey("models.model"), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),
    sa.Column("online", sa.Boolean, nullable=False),
    sa.Column("published_ms", sa.BigInteger, nullable=False),
    sa.Column("published_by", sa.String(64), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
)
CARDS = sa.Table(
    "model_cards",
    METADATA,
    sa.Column("model", sa.String(260), sa.ForeignKey("models.model"), primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("limits", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("changed_by", sa.String(64), nullable=False),
)
JOBS_SEEN = sa.Table("jobs_seen", METADATA, sa.Column("job", _ID, primary_key=True))
OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("member", sa.String(64), nullable=False),
    sa.Column("method", sa.String(128), nullable=False),
    sa.Column("request", sa.LargeBinary(1 << 24), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("problem", sa.Text, nullable=False),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("time_ms", sa.BigInteger, nullable=False),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("action", sa.String(64), nullable=False, index=True),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
