"""Alembic's entry: migrate on the connection that the index opened."""

from alembic import context

from union.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table="union_version"
)
with context.begin_transaction():
    context.run_migrations()
