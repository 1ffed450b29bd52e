"""Partners are confirmed or blocked, data sets have a source, alignments know of hashed columns and of ids' shapes.

Who was a partner before was one because its operator had compared the fingerprint.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBERS = ("confirmed_ms", "blocked_ms", "last_seen_ms", "protocol_version", "oldest_version")


def upgrade() -> None:
    """Add the columns, and fill them for what is there."""
    with op.batch_alter_table("partners") as table:
        for name in _NUMBERS:
            table.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("confirmed_there", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("block_reason", sa.Text(), nullable=True))
    op.execute(sa.text("UPDATE partners SET confirmed_ms = added_ms, confirmed_there = :yes").bindparams(yes=True))
    with op.batch_alter_table("data_sets") as table:
        table.add_column(sa.Column("source", sa.String(length=16), nullable=False, server_default="csv"))
        table.add_column(sa.Column("detail", sa.String(length=255), nullable=False, server_default=""))
    op.execute("UPDATE data_sets SET source = 'parquet' WHERE file_name LIKE '%.parquet' OR file_name LIKE '%.pq'")
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("hashed_here", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("shapes", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("warning", sa.Text(), nullable=True))
    # MySQL has no defaults of long texts.
    op.execute("UPDATE partners SET block_reason = ''")
    op.execute("UPDATE tasks SET warning = ''")
    with op.batch_alter_table("partners") as table:
        table.alter_column("block_reason", existing_type=sa.Text(), nullable=False)
        for name in _NUMBERS:
            table.alter_column(name, existing_type=sa.BigInteger(), existing_nullable=False, server_default=None)
        table.alter_column("confirmed_there", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("data_sets") as table:
        for name, length in (("source", 16), ("detail", 255)):
            table.alter_column(name, existing_type=sa.String(length), existing_nullable=False, server_default=None)
    with op.batch_alter_table("tasks") as table:
        table.alter_column("warning", existing_type=sa.Text(), nullable=False)
        table.alter_column("hashed_here", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Refuse: a node of before would take partners whom nobody has confirmed."""
    raise NotImplementedError("fusion's tables cannot go back before partners were confirmed")
