"""Tables that are prepared once; sums of a value over the common ids."""

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
    ("caution", sa.Text(), sa.text("('')")),
    ("table_name", sa.String(64), ""),
    ("table_kept", sa.Boolean(), sa.false()),
    ("tables_kept", sa.JSON(), sa.text("('[]')")),
)
_CONSENTS = (("value_column", sa.String(255), ""), ("empty_as_zero", sa.Boolean(), sa.false()))
_SALTS = sa.table("tasks", sa.column("table_salt", sa.LargeBinary(32)))
_NEW = (("tasks", _TASKS), ("consents", _CONSENTS))


def upgrade() -> None:
    """Add the columns; what was agreed on before asks for no sum, and uses no table."""
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, kind, default in columns:
                table.add_column(sa.Column(column, kind, nullable=False, server_default=default))
        with op.batch_alter_table(name) as table:
            for column, kind, _ in columns:
                table.alter_column(column, server_default=None, existing_type=kind)
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("total", sa.String(64), nullable=True))
        table.add_column(sa.Column("table_salt", sa.LargeBinary(32), nullable=True))
    op.execute(_SALTS.update().values(table_salt=b""))  # databases write bytes differently where they are a default
    with op.batch_alter_table("tasks") as table:
        table.alter_column("table_salt", nullable=False, existing_type=sa.LargeBinary(32))
    op.create_table(
        "prepared_tables",
        sa.Column("table", sa.String(64), primary_key=True),
        sa.Column("partner", sa.String(64), nullable=False),
        sa.Column("partner_added_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("ids", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("prepared_tables")
    for name, columns in _NEW:
        with op.batch_alter_table(name) as table:
            for column, _, _ in columns:
                table.drop_column(column)
    with op.batch_alter_table("tasks") as table:
        table.drop_column("total")
        table.drop_column("table_salt")
