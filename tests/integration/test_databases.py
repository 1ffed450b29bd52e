"""Every service's tables can be made in PostgreSQL, MariaDB and MySQL, where production may keep them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from common.sql import open_database
from common.tables.tests.servers import PASSWORD, Server, mariadb, mysql, postgresql

ROOT = Path(__file__).parents[2]
SERVICES = ("board", "flow", "gateway", "union", "serving", "fusion")
SYSTEMS = {
    "postgresql": (postgresql, sa.URL.create("postgresql+psycopg", "hanse", database="postgres")),
    "mariadb": (mariadb, sa.URL.create("mysql+pymysql", "root")),
    "mysql": (mysql, sa.URL.create("mysql+pymysql", "root")),
}


@pytest.fixture(scope="module", params=["postgresql", "mariadb", pytest.param("mysql", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest) -> Iterator[sa.URL]:
    run, url = SYSTEMS[request.param]
    with run() as server:
        assert isinstance(server, Server)
        yield url.set(host="127.0.0.1", port=server.port, password=PASSWORD)


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_tables_are_made(url: sa.URL, service: str) -> None:
    name = f"hanse_{service}"
    first = open_database(url.render_as_string(hide_password=False))
    with first.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    first.dispose()
    own = url.set(database=name).render_as_string(hide_password=False)
    engine = open_database(own, migrations=ROOT / service / "store" / "migrations")
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    assert len(tables) > 1, "the migrations' own table and the service's"
