"""SQL databases."""

import contextlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from common.sql import DatabaseAway, DatabaseError, StorageFull, open_database, transaction
from common.tables.tests import servers

METADATA = sa.MetaData()
PARENT = sa.Table("parent", METADATA, sa.Column("id", sa.Integer, primary_key=True))
CHILD = sa.Table("child", METADATA, sa.Column("parent", sa.ForeignKey("parent.id"), nullable=False))


def test_sqlite_is_durable_and_checks_foreign_keys(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/new/folder/x.db", METADATA)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    with pytest.raises(sa.exc.IntegrityError), transaction(engine) as session:
        session.execute(CHILD.insert(), {"parent": 1})
    engine.dispose()


def test_an_error_does_not_hold_what_was_to_be_written(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/x.db", METADATA)
    with pytest.raises(sa.exc.IntegrityError) as caught, transaction(engine) as session:
        session.execute(CHILD.insert(), {"parent": 987654})
    assert "987654" not in str(caught.value), "it may end up in a log"
    engine.dispose()


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/x.db", METADATA)
    with pytest.raises(KeyError), transaction(engine) as session:  # noqa: PT012 (the error ends the transaction)
        session.execute(PARENT.insert(), {"id": 1})
        raise KeyError
    with transaction(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PARENT)) == 0
    engine.dispose()


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatabaseError):
        open_database(f"sqlite:///{tmp_path}/file/x.db", METADATA)
    with pytest.raises(DatabaseError) as caught:
        open_database(f"sqlite:///{tmp_path}/file/x.db?password=hunter2", METADATA)
    assert caught.value.http == 503


def test_a_full_disk_has_a_code_of_its_own(tmp_path: Path) -> None:
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("x", sa.LargeBinary))
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}", metadata)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 20")  # SQLite says the same of a disk without room
        with pytest.raises(StorageFull) as caught:
            connection.execute(table.insert().values(x=b"0" * 1_000_000))
        assert (caught.value.code, caught.value.http) == ("HAN-1051", 507)
        connection.rollback()
        assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    engine.dispose()


def _cut_postgresql(url: sa.URL, *, cut: bool) -> None:
    """End all connections and let no more in, or let them in again."""
    owner = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE x ALLOW_CONNECTIONS {not cut}")
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'x'")
    owner.dispose()


def test_a_lost_connection_has_a_code_of_its_own_and_the_next_one_works() -> None:
    with servers.postgresql() as server:
        url = sa.URL.create("postgresql+psycopg", "hanse", servers.PASSWORD, "127.0.0.1", server.port, "x")
        owner = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE x")
        owner.dispose()
        text = url.render_as_string(hide_password=False)
        engine = open_database(text, METADATA)
        with engine.connect() as connection:
            connection.execute(PARENT.insert(), {"id": 1})
            _cut_postgresql(url, cut=True)
            with pytest.raises(DatabaseAway, match="terminating connection"):
                connection.execute(PARENT.insert(), {"id": 2})
        with pytest.raises(DatabaseAway) as caught, engine.connect():
            pass
        assert (caught.value.code, caught.value.http, caught.value.public_detail) == (
            "HAN-1052",
            503,
            "The database does not answer",
        )
        assert servers.PASSWORD not in str(caught.value)
        with pytest.raises(DatabaseError):
            open_database(text, METADATA)
        _cut_postgresql(url, cut=False)
        with engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(PARENT)) == 0, "all of it or nothing"
        _cut_postgresql(url, cut=True)
        _cut_postgresql(url, cut=False)
        with engine.connect() as connection:  # the pool's connection was lost meanwhile, which nobody notices
            assert connection.scalar(sa.text("SELECT 1")) == 1
        engine.dispose()


def test_a_lost_connection_to_mariadb_has_it_too() -> None:
    with servers.mariadb() as server:
        url = sa.URL.create("mysql+pymysql", "root", servers.PASSWORD, "127.0.0.1", server.port, "mysql")
        engine = open_database(url.render_as_string(hide_password=False))
        with engine.connect() as connection, servers.root(server) as owner:
            own = connection.scalar(sa.text("SELECT CONNECTION_ID()"))
            owner.cursor().execute(f"KILL {own}")
            with pytest.raises(DatabaseAway):
                connection.execute(sa.text("SELECT 1"))
        engine.dispose()
    with pytest.raises(DatabaseAway), engine.connect():
        pass


def test_who_waits_for_a_lock_in_vain_is_told_to_try_again(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}", METADATA)
    with engine.connect() as first, engine.connect() as second:
        second.exec_driver_sql("PRAGMA busy_timeout = 10")
        first.execute(PARENT.insert(), {"id": 1})
        with pytest.raises(DatabaseAway, match="locked"):
            second.execute(PARENT.insert(), {"id": 2})
    engine.dispose()


def test_connections_that_all_hang_are_told_as_a_database_that_is_away(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}", METADATA)
    engine.pool._timeout = 0.01
    held = contextlib.ExitStack()
    with held, pytest.raises(DatabaseAway, match="no connection came free"):  # noqa: PT012 (which one is the pool's)
        for _ in range(100):
            held.enter_context(engine.connect())
    engine.dispose()
