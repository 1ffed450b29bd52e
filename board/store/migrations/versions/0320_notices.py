"""Channels out of the house, and what waits to be told through them."""

import sqlalchemy as sa
from alembic import op

from common.sql import LONG_TEXT

revision = "0320"
down_revision = "0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("events", LONG_TEXT, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("security", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(320), nullable=False),
        sa.Column("recipients", LONG_TEXT, nullable=False),
        sa.Column("user", sa.String(320), nullable=False),
        sa.Column("secret", sa.LargeBinary(4096), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("sent_ms", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(128), nullable=False, index=True),
        sa.Column("notice", sa.String(128), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("values", LONG_TEXT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("notices")
    op.drop_table("channels")
