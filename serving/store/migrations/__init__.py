"""Alembic migrations of serving."""
