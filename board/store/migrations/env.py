"""Alembic's entry: runs the migrations on the connection that `common.sql.upgrade` gives."""

from board.store.tables import METADATA
from common.sql import migrate

migrate(METADATA)
