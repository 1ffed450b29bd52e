"""Alignments are planned, paused and repeated; what leaves the node is written down; ways are measured."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(64)
_NEW = (
    ("protocol_chosen", sa.String(32), ""),
    ("partner_cores", sa.Integer(), "0"),
    ("partner_vectors", sa.String(16), ""),
    ("worked_ms", sa.BigInteger(), "0"),
    ("rate_ids_per_s", sa.Float(), "0"),
    ("ends_about_ms", sa.BigInteger(), "0"),
    ("bytes_received", sa.BigInteger(), "0"),
    ("schedule", _ID, ""),
    ("repeat_cron", sa.String(100), ""),
    ("repeat_until_ms", sa.BigInteger(), "0"),
    ("by_consent", sa.Boolean(), sa.false()),
    ("paused_here", sa.Boolean(), sa.false()),
    ("paused_there", sa.Boolean(), sa.false()),
    ("paused_ms", sa.BigInteger(), "0"),
    ("pause_untold", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    """Add the columns and tables; what was agreed on before runs as it was agreed on."""
    with op.batch_alter_table("tasks") as table:
        for name, kind, default in _NEW:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        table.add_column(sa.Column("plan", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("trouble", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("columns_of_result", sa.JSON(), nullable=False, server_default=sa.text("('[]')")))
        table.create_index("ix_tasks_schedule", ["schedule"])
    op.execute("UPDATE tasks SET protocol_chosen = protocol")
    with op.batch_alter_table("tasks") as table:
        for name, kind, _ in _NEW:
            table.alter_column(name, server_default=None, existing_type=kind)
        table.alter_column("columns_of_result", server_default=None, existing_type=sa.JSON())
    op.create_table(
        "egress",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("task", _ID, nullable=False),
        sa.Column("partner", _ID, nullable=False),
        sa.Column("step", sa.String(100), nullable=False),
        sa.Column("what", sa.String(100), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("unanswered", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("task", "step", name="uq_egress_task_step"),
    )
    op.create_table(
        "schedules",
        sa.Column("schedule", _ID, primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("partner", _ID, nullable=False),
        sa.Column("cron", sa.String(100), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("data_set_name", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "schedule_runs",
        sa.Column("schedule", _ID, sa.ForeignKey("schedules.schedule", ondelete="CASCADE"), primary_key=True),
        sa.Column("due_ms", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("task", _ID, nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
    )
    op.create_table(
        "consents",
        sa.Column("schedule", _ID, primary_key=True),
        sa.Column("partner", _ID, primary_key=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("data_set", _ID, nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("columns_of_result", sa.JSON(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("runs_at_most", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("hashed_here", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("partner", _ID, primary_key=True),
        sa.Column("bits_per_s", sa.Float(), nullable=False),
        sa.Column("round_trip_s", sa.Float(), nullable=False),
        sa.Column("measured_ms", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    """Drop them; alignments and results stay."""
    for name in ("links", "consents", "schedule_runs", "schedules", "egress"):
        op.drop_table(name)
    with op.batch_alter_table("tasks") as table:
        table.drop_index("ix_tasks_schedule")
        for name in (*(name for name, _, _ in _NEW), "plan", "trouble", "columns_of_result"):
            table.drop_column(name)
