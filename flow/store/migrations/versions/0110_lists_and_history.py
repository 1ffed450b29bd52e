"""Jobs are found by flow and text, lists read indexes only; what happened to jobs and schedules is kept."""

import sqlalchemy as sa
from alembic import op

from proto.flow.v1 import flow_pb2 as pb

revision = "0110"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_jobs_listed": ["created_ms", "job", "search"],
    "ix_jobs_flow": ["flow", "created_ms", "job"],
    "ix_jobs_untidied": ["tidied", "created_ms"],
}


def upgrade() -> None:
    """Add columns, indexes and both histories; fill the columns from the jobs that are there."""
    op.add_column("jobs", sa.Column("flow", sa.String(128), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("search", sa.String(500), nullable=False, server_default=""))
    jobs = sa.table("jobs", *(sa.column(name) for name in ("job", "spec", "flow", "search")))
    connection = op.get_bind()
    for name in list(connection.execute(sa.select(jobs.c.job)).scalars()):
        spec = pb.JobSpec.FromString(connection.execute(sa.select(jobs.c.spec).where(jobs.c.job == name)).scalar_one())
        values = {"flow": spec.flow, "search": f"{spec.name} {spec.job}".lower()[:500]}
        connection.execute(jobs.update().where(jobs.c.job == name).values(**values))
    with op.batch_alter_table("jobs") as table:
        table.alter_column("flow", server_default=None, existing_type=sa.String(128))
        table.alter_column("search", server_default=None, existing_type=sa.String(500))
        table.drop_index("ix_jobs_created_ms")
        table.drop_index("ix_jobs_project")
        table.drop_index("ix_jobs_state")
        for index, columns in _INDEXES.items():
            table.create_index(index, columns)
        table.create_index("ix_jobs_project", ["project", "created_ms", "job"])
        table.create_index("ix_jobs_state", ["state", "created_ms", "job"])
    op.create_table(
        "job_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
        sa.Column("task", sa.String(128), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("member", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Index("ix_job_events_job", "job", "id"),
    )
    op.create_table(
        "schedule_runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("schedule", sa.String(64), nullable=False),
        sa.Column("time_ms", sa.BigInteger, nullable=False),
        sa.Column("job", sa.String(64), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Index("ix_schedule_runs_schedule", "schedule", "id"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("schedule_runs")
    op.drop_table("job_events")
    with op.batch_alter_table("jobs") as table:
        for index in (*_INDEXES, "ix_jobs_project", "ix_jobs_state"):
            table.drop_index(index)
        for column in ("created_ms", "project", "state"):
            table.create_index(f"ix_jobs_{column}", [column])
        table.drop_column("search")
        table.drop_column("flow")
