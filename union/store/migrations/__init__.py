"""Alembic migrations of the union's index."""
