"""Alignments by any protocol: its name, and who learns what, in the place of RSA's key length and a flag.

An alignment that has not ended cannot go on, since the nodes speak otherwise now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, fill them for what has ended, end what has not."""
    op.drop_table("batches")
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("protocol", sa.String(length=32), nullable=False, server_default="rsa"))
        table.add_column(sa.Column("learns", sa.String(length=16), nullable=False, server_default="receiver"))
        table.add_column(sa.Column("partner_rows", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("partner_rows_at_most", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE tasks SET partner_rows = CASE role WHEN 'sender' THEN receiver_rows ELSE sender_rows END")
    op.execute("UPDATE tasks SET protocol = 'rsa3072' WHERE key_bits = 3072")
    op.execute(sa.text("UPDATE tasks SET learns = 'both' WHERE share_result = :yes").bindparams(yes=True))
    op.execute(
        sa.text("UPDATE tasks SET state = 'stopped', reason = :why, untold = :no WHERE state NOT IN :ended").bindparams(
            sa.bindparam("ended", ("succeeded", "failed", "refused", "stopped", "timed_out"), expanding=True),
            why="the node was brought to a version that speaks otherwise; propose it again",
            no=False,
        )
    )
    with op.batch_alter_table("tasks") as table:
        for name in ("key_bits", "share_result", "receiver_rows", "sender_rows"):
            table.drop_column(name)
        for name in ("protocol", "learns", "partner_rows", "partner_rows_at_most"):
            table.alter_column(name, server_default=None)


def downgrade() -> None:
    """Refuse: alignments by other protocols have no key length."""
    raise NotImplementedError("fusion's tables cannot go back before alignments by any protocol")
