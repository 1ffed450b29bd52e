"""Make the read index.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make entries, members and progress."""
    op.create_table(
        "entries",
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
        sa.Column("nonce", sa.String(20), nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("transaction", sa.String(66), nullable=False),
        sa.Column("block", sa.BigInteger, nullable=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("entries_by_id", "entries", ["kind", "record_id", "newest"])
    op.create_index("entries_by_member", "entries", ["member", "sequence"])
    op.create_index("entries_by_owner", "entries", ["owner", "nonce"], unique=True)
    op.create_table(
        "members",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("member", sa.String(128), nullable=False, unique=True),
        sa.Column("status", sa.String(16), nullable=False),
    )
    op.create_index("ix_members_status", "members", ["status"])
    op.create_table(
        "progress",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("block", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Remove the index; the ledger still holds everything."""
    for table in ("progress", "members", "entries"):
        op.drop_table(table)
