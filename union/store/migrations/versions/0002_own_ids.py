"""Find records by their member as well: ids are each member's own.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the member into the index by id."""
    op.drop_index("entries_by_id", "entries")
    op.create_index("entries_by_id", "entries", ["kind", "record_id", "member", "newest"])


def downgrade() -> None:
    """Take it out again."""
    op.drop_index("entries_by_id", "entries")
    op.create_index("entries_by_id", "entries", ["kind", "record_id", "newest"])
