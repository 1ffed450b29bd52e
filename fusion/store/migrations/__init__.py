"""Alembic migrations of fusion."""
