"""Alembic's entry: runs on the connection that fusion gives."""

from common.sql import migrate
from fusion.store.tables import METADATA

migrate(METADATA)
