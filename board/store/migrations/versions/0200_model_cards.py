"""Model cards."""

import sqlalchemy as sa
from alembic import op

revision = "0200"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_cards",
        sa.Column("model", sa.String(length=260), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["model"], ["models.model"]),
        sa.PrimaryKeyConstraint("model"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("model_cards")
