"""Alembic's entry: runs on the connection that serving gives."""

from common.sql import migrate
from serving.store.tables import METADATA

migrate(METADATA)
