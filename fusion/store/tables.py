"""Fusion's tables; migrations/versions make them."""

import sqlalchemy as sa

METADATA = sa.MetaData()
_ID = sa.String(64)

PARTNERS = sa.Table(
    "partners",
    METADATA,
    sa.Column("node", _ID, primary_key=True),
    sa.Column("address", sa.String(255), nullable=False),
    sa.Column("signing_key", sa.LargeBinary(32), nullable=False),
    sa.Column("stream_key", sa.LargeBinary(32), nullable=False),
    sa.Column("tls_cert", sa.LargeBinary, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
)
DATA_SETS = sa.Table(
    "data_sets",
    METADATA,
    sa.Column("data_set", _ID, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("file_name", sa.String(255), nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
)
TASKS = sa.Table(
    "tasks",
    METADATA,
    sa.Column("task", _ID, primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("partner", _ID, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("proposed_here", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(32), nullable=False, index=True),
    sa.Column("protocol", sa.String(32), nullable=False),
    sa.Column("learns", sa.String(16), nullable=False),
    sa.Column("key_rule", sa.JSON, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("ended_ms", sa.BigInteger, nullable=False),
    sa.Column("phase", sa.String(32), nullable=False),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("waiting_for", _ID, nullable=False),
    sa.Column("data_set", _ID, nullable=False),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("ids", sa.BigInteger, nullable=False),
    sa.Column("duplicates", sa.BigInteger, nullable=False),
    sa.Column("rows_without_id", sa.BigInteger, nullable=False),
    sa.Column("partner_rows", sa.BigInteger, nullable=False),
    sa.Column("partner_rows_at_most", sa.BigInteger, nullable=False),
    sa.Column("salt", sa.LargeBinary(32), nullable=False),
    sa.Column("intersection", sa.BigInteger, nullable=True),
    sa.Column("has_result", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("untold", sa.Boolean, nullable=False),
)
