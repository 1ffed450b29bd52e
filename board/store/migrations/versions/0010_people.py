"""Requests for data, messages, refused members, shared descriptions, uses of data, personal tokens."""

import sqlalchemy as sa
from alembic import op

from common.sql import LONG_TEXT, NO_ITEMS, NO_TEXT

revision = "0010"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.String(128)
_JSON = LONG_TEXT


def upgrade() -> None:
    """Add tables and columns."""
    _columns()
    _correspondence()
    _data()
    op.create_table(
        "tokens",
        sa.Column("token", _ID, primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.account", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger, nullable=False),
    )


def _columns() -> None:
    with op.batch_alter_table("consents") as table:
        table.add_column(sa.Column("columns", _JSON, nullable=False, server_default=NO_ITEMS))
    with op.batch_alter_table("projects") as table:
        table.add_column(sa.Column("previous", _JSON, nullable=False, server_default=NO_TEXT))
    with op.batch_alter_table("data_sets") as table:
        table.add_column(sa.Column("series", _ID, nullable=False, server_default=""))
        table.add_column(sa.Column("number", sa.Integer, nullable=False, server_default="1"))
        table.add_column(sa.Column("tags", _JSON, nullable=False, server_default=NO_ITEMS))
        table.add_column(sa.Column("readers", _JSON, nullable=False, server_default=NO_ITEMS))
        table.add_column(sa.Column("origin", sa.String(300), nullable=False, server_default=""))
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("change_by_ms", sa.BigInteger, nullable=False, server_default="0"))
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("agent", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("seen_ms", sa.BigInteger, nullable=False, server_default="0"))


def _correspondence() -> None:
    op.create_table(
        "requests",
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
    )
    op.create_table(
        "messages",
        sa.Column("message", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("values", _JSON, nullable=False),
    )
    op.create_table(
        "message_reads",
        sa.Column("account", sa.String(64), primary_key=True),
        sa.Column("message", sa.Integer, primary_key=True),
    )
    op.create_table(
        "blocked",
        sa.Column("member", sa.String(64), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )


def _data() -> None:
    op.create_table(
        "shared",
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
    op.create_table(
        "data_uses",
        sa.Column("data_set", _ID, primary_key=True),
        sa.Column("job", _ID, primary_key=True),
        sa.Column("project", _ID, nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
