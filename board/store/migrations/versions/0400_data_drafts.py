"""Data sets that are being made."""

import sqlalchemy as sa
from alembic import op

revision = "0400"
down_revision = "0320"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "data_drafts",
        sa.Column("data_set", sa.String(length=128), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("data_set"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("data_drafts")
