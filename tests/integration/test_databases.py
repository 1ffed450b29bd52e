"""Every service's tables can be made in PostgreSQL, where production may keep them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from common.sql import open_database
from kernel.store.tests.servers import PASSWORD, Server, postgresql

ROOT = Path(__file__).parents[2]
SERVICES = ("board", "flow", "gateway", "union", "serving", "fusion")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as running:
        yield running


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_tables_are_made(server: Server, service: str) -> None:
    url = sa.URL.create("postgresql+psycopg", "hanse", PASSWORD, "127.0.0.1", server.port, "postgres")
    first = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with first.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{service}"'))
    first.dispose()
    own = url.set(database=service).render_as_string(hide_password=False)
    engine = open_database(own, migrations=ROOT / service / "store" / "migrations")
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    assert len(tables) > 1, "the migrations' own table and the service's"
