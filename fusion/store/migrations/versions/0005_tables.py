"""Sums of a value over the common ids."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TASKS = (
    ("value_column", sa.String(255), ""),
    ("value_decimals", sa.Integer(), "0"),
    ("empty_as_zero", sa.Boolean(), sa.false()),
    ("at_least", sa.Integer(), "0"),
)
_CONSENTS = (("value_column", sa.String(255), ""), ("empty_as_zero", sa.Boolean(), sa.false()))
_NEW = (("tasks", _TASKS), ("consents", _CONSENTS))


def upgrade() -> None:
    """Add the columns; what was agreed on before asks for no sum."""
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, kind, default in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=default))
        with op.batch_alter_table(name) as table:
            for column, kind, _ in columns:
                table.alter_column(column, server_default=None, existing_type=kind)
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("total", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
    with op.batch_alter_table("tasks") as table:
        table.drop_column("total")
