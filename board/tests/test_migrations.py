"""The migrations make exactly the tables that the stores use."""

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from board.app import MIGRATIONS
from board.store.letter_tables import METADATA
from common.sql import open_database


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/board.db"
    for _ in range(2):  # a second start changes nothing
        engine = open_database(url, migrations=MIGRATIONS)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert set(sa.inspect(engine).get_table_names()) >= {"consents", "requests", "messages"}
        engine.dispose()
