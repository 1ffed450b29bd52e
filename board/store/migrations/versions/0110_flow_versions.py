"""Earlier versions of flows."""

import json

import sqlalchemy as sa
from alembic import op

from common.sql import LONG_TEXT

revision = "0110"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what is there now is each flow's first version."""
    versions = op.create_table(
        "flow_versions",
        sa.Column("flow", sa.String(128), sa.ForeignKey("flows.flow", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("graph", LONG_TEXT, nullable=False),
        sa.Column("nodes", sa.Integer, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
    )
    names = ("flow", "revision", "name", "graph", "changed_ms", "created_by")
    flows = sa.table("flows", *(sa.column(name) for name in names))
    connection = op.get_bind()
    for row in list(connection.execute(sa.select(flows))):
        values = dict(zip(names, row, strict=True))
        values |= {"changed_by": values.pop("created_by"), "nodes": len(json.loads(row.graph).get("nodes", []))}
        connection.execute(versions.insert().values(**values))


def downgrade() -> None:
    """Drop it."""
    op.drop_table("flow_versions")
