"""Alembic's entry: runs on the connection that the gateway gives."""

from common.sql import migrate
from gateway.store.tables import METADATA

migrate(METADATA)
