"""Consents, and requests for them, that cover versions to come."""

import sqlalchemy as sa
from alembic import op

revision = "0300"
down_revision = "0200"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was allowed so far is for one version."""
    with op.batch_alter_table("consents") as table:
        table.add_column(sa.Column("newer_versions", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("series", sa.String(128), nullable=False, server_default=""))
        table.add_column(sa.Column("number", sa.Integer, nullable=False, server_default="0"))
    with op.batch_alter_table("requests") as table:
        table.add_column(sa.Column("newer_versions", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("requests") as table:
        table.drop_column("newer_versions")
    with op.batch_alter_table("consents") as table:
        table.drop_column("number")
        table.drop_column("series")
        table.drop_column("newer_versions")
