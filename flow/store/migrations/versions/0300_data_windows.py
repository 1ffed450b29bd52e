"""Which versions a schedule's runs read, how often they are tried again, and why one was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0300"
down_revision = "0110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is told of the last run stands among the runs."""
    with op.batch_alter_table("schedules") as table:
        table.add_column(sa.Column("window", sa.String(16), nullable=False, server_default="fixed"))
        table.add_column(sa.Column("max_age_days", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("retries", sa.Integer, nullable=False, server_default="0"))
        table.drop_column("last_job")
        table.drop_column("last_problem")
    with op.batch_alter_table("schedule_runs") as table:
        table.add_column(sa.Column("code", sa.String(32), nullable=False, server_default=""))
        table.add_column(sa.Column("party", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("tries", sa.Integer, nullable=False, server_default="0"))
        table.create_index("ix_schedule_runs_job", ["job"])


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("schedule_runs") as table:
        table.drop_index("ix_schedule_runs_job")
        for column in ("tries", "party", "code"):
            table.drop_column(column)
    with op.batch_alter_table("schedules") as table:
        table.add_column(sa.Column("last_job", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("last_problem", sa.Text, nullable=False, server_default=""))
        for column in ("retries", "max_age_days", "window"):
            table.drop_column(column)
