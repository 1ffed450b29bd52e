"""Alembic's entry: runs the migrations on the connection that `common.sql.open_database` gives."""

from common.sql import migrate
from flow.store.sql import metadata

migrate(metadata)
