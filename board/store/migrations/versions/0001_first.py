"""Everything that the board remembers."""

import sqlalchemy as sa
from alembic import op

from common.sql import LONG_TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("password_hash", sa.String(256), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False, index=True),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "data_sets",
        sa.Column("data_set", sa.String(128), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("columns", LONG_TEXT, nullable=False),
        sa.Column("id_column", sa.String(200), nullable=False),
        sa.Column("label_column", sa.String(200), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("visibility", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
        sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", LONG_TEXT, nullable=False),
        sa.Column("location", sa.String(512), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "jobs_seen",
        sa.Column("job", sa.String(128), primary_key=True),
    )
    op.create_table(
        "models",
        sa.Column("model", sa.String(260), primary_key=True),
        sa.Column("job", sa.String(128), nullable=False, index=True),
        sa.Column("task", sa.String(128), nullable=False),
        sa.Column("output", sa.String(64), nullable=False),
        sa.Column("project", sa.String(128), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("members", LONG_TEXT, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("import_task", sa.String(128), nullable=False),
        sa.Column("import_job", sa.String(128), nullable=False),
        sa.Column("data_set", sa.String(128), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("method", sa.String(128), nullable=False),
        sa.Column("request", sa.LargeBinary(16777216), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_table(
        "projects",
        sa.Column("project", sa.String(128), primary_key=True),
        sa.Column("terms", LONG_TEXT, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
        sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account", sa.String(64), nullable=False, index=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "answers",
        sa.Column("project", sa.String(128), sa.ForeignKey("projects.project"), primary_key=True),
        sa.Column("member", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
        sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "consents",
        sa.Column("consent", sa.String(128), primary_key=True),
        sa.Column("project", sa.String(128), sa.ForeignKey("projects.project"), nullable=False, index=True),
        sa.Column("data_set", sa.String(128), nullable=False, index=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("components", LONG_TEXT, nullable=False),
        sa.Column("runs", sa.Integer, nullable=True),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("job", sa.String(128), nullable=False),
        sa.Column("transaction", sa.String(80), nullable=False, server_default=""),
        sa.Column("block", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_table(
        "flows",
        sa.Column("flow", sa.String(128), primary_key=True),
        sa.Column("project", sa.String(128), sa.ForeignKey("projects.project"), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("graph", LONG_TEXT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
    )
    op.create_table(
        "offers",
        sa.Column("project", sa.String(128), sa.ForeignKey("projects.project"), primary_key=True),
        sa.Column("member", sa.String(64), primary_key=True),
        sa.Column("data_set", sa.String(128), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("columns", LONG_TEXT, nullable=False),
        sa.Column("has_label", sa.Boolean, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("model", sa.String(260), sa.ForeignKey("models.model"), primary_key=True),
        sa.Column("version", sa.String(64), primary_key=True),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("published_ms", sa.BigInteger, nullable=False),
        sa.Column("published_by", sa.String(64), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.account", ondelete="CASCADE"), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "consent_uses",
        sa.Column("consent", sa.String(128), sa.ForeignKey("consents.consent"), primary_key=True),
        sa.Column("job", sa.String(128), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop all tables."""
    op.drop_table("consent_uses")
    op.drop_table("sessions")
    op.drop_table("publications")
    op.drop_table("offers")
    op.drop_table("flows")
    op.drop_table("consents")
    op.drop_table("answers")
    op.drop_table("sign_in_failures")
    op.drop_table("projects")
    op.drop_table("outbox")
    op.drop_table("models")
    op.drop_table("jobs_seen")
    op.drop_table("idempotency")
    op.drop_table("data_sets")
    op.drop_table("audit")
    op.drop_table("accounts")
