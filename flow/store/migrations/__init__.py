"""Alembic migrations of flow's tables."""
