"""Data sets' files are known by their contents; consents have a pace; a partner's proposals are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = (
    ("data_sets", (("held_bytes", sa.BigInteger(), "0"), ("sha256", sa.String(64), ""))),
    ("consents", (("runs_a_day_at_most", sa.Integer(), "0"), ("recent", sa.JSON(), sa.text("('[]')")))),
)
_INDEX = "ix_tasks_partner_created_ms"


def upgrade() -> None:
    """Add the columns; the files of before are looked through at the next start."""
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, kind, default in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=default))
        with op.batch_alter_table(name) as table:
            for column, kind, _ in columns:
                table.alter_column(column, server_default=None, existing_type=kind)
    op.create_index(_INDEX, "tasks", ["partner", "created_ms"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(_INDEX, "tasks")
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
