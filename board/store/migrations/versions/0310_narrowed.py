"""What was granted of a request, and consents that allow less than was asked for."""

import sqlalchemy as sa
from alembic import op

from common.sql import LONG_TEXT, NO_TEXT

revision = "0310"
down_revision = "0300"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was decided so far was granted as it was asked."""
    with op.batch_alter_table("consents") as table:
        table.add_column(sa.Column("narrowed", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("requests") as table:
        table.add_column(sa.Column("granted", LONG_TEXT, nullable=False, server_default=NO_TEXT))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("requests") as table:
        table.drop_column("granted")
    with op.batch_alter_table("consents") as table:
        table.drop_column("narrowed")
