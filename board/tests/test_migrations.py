"""The migrations make exactly the tables that the stores use."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from board.app import MIGRATIONS, sql_stores
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


def _row(table: sa.Table) -> dict[str, Any]:
    """Make a row in which all ids are the same, so that it refers to the rows of the other tables."""
    made: dict[str, Any] = {}
    for column in table.columns:
        text = "[]" if column.name in {"columns", "components", "tags", "readers"} else "x"
        kinds = ((sa.Boolean, True), (sa.Integer, 1), (sa.LargeBinary, b"x"), (sa.String, text))
        made[column.name] = next(value for kind, value in kinds if isinstance(column.type, kind))
    return made


def test_a_database_of_before_keeps_what_it_holds(tmp_path: Path) -> None:
    """A consent and the jobs that used it: SQLite makes the table anew, and what refers to it stays."""
    url = f"sqlite:///{tmp_path}/board.db"
    engine, config, tables = open_database(url), Config(), sa.MetaData()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0200")
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert().values(_row(table)))
    engine.dispose()
    engine = open_database(url, migrations=MIGRATIONS)
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            assert connection.execute(sa.select(sa.func.count()).select_from(sa.table(table.name))).scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1, "on again"
    stores = sql_stores(engine)
    consent, request = stores.consents.find("x"), stores.requests.find("x")
    assert consent is not None
    assert request is not None
    assert (consent.used_by, consent.runs_left(), consent.newer_versions) == (("x",), 0, False)
    assert (request.granted, request.newer_versions) == (None, False)
    engine.dispose()
