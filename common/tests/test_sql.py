"""SQL databases."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from common.sql import DatabaseError, StorageFull, open_database, transaction

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
