"""The migrations make exactly the tables that the store uses."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import flow.store.migrations
from common.sql import open_database
from flow.store.sql_schedules import metadata

_FOLDER = Path(flow.store.migrations.__file__).parent


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/flow.db"
    for _ in range(2):  # a second start changes nothing
        engine = open_database(url, migrations=_FOLDER)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(sa.inspect(engine).get_table_names()) >= {"jobs", "schedules"}
        engine.dispose()
