"""Jobs and schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "jobs",
        sa.Column("job", sa.String(64), primary_key=True),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("project", sa.String(64), nullable=False, index=True),
        sa.Column("state", sa.String(32), nullable=False, index=True),
        sa.Column("created_ms", sa.BigInteger, nullable=False, index=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("spec", sa.LargeBinary(16 << 20), nullable=False),
        sa.Column("body", sa.LargeBinary(16 << 20), nullable=False),
        sa.Column("tidied", sa.Boolean, nullable=False),
        sa.Column("lease_holder", sa.String(64), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "schedules",
        sa.Column("schedule", sa.String(64), primary_key=True),
        sa.Column("cron", sa.String(128), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("template", sa.LargeBinary(16 << 20), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("last_job", sa.String(64), nullable=False),
        sa.Column("last_problem", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("schedules")
    op.drop_table("jobs")
