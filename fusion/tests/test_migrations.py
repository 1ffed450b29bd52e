"""The migrations make exactly the tables that the store uses, and keep what has ended."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

import fusion.store.migrations
from common.sql import open_database
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
from fusion.store.tables import METADATA

_FOLDER = Path(fusion.store.migrations.__file__).parent
_OLD = {
    "name": "n", "partner": "beta", "role": "receiver", "proposed_here": True, "key_bits": 3072, "share_result": True,
    "key_rule": "{}", "created_ms": 1, "expires_ms": 2, "changed_ms": 1, "ended_ms": 0, "phase": "", "progress": 0.5,
    "waiting_for": "", "data_set": "", "columns": "[]", "rows": 0, "ids": 4, "duplicates": 0, "rows_without_id": 0,
    "receiver_rows": 4, "sender_rows": 7, "salt": b"", "has_result": False, "reason": "", "untold": False,
}  # fmt: skip


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fusion.db"
    for _ in range(2):  # a second start changes nothing
        engine = open_database(url, migrations=_FOLDER)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        engine.dispose()


def test_partners_and_data_sets_of_before_stay_what_they_were(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fusion.db"
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("sqlalchemy.url", url)
    old = sa.create_engine(url)
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        partner = {"node": "beta", "address": "h:1", "signing_key": b"s", "stream_key": b"x", "tls_cert": b"c"}
        row = {**partner, "added_ms": 7}
        connection.execute(sa.table("partners", *map(sa.column, row)).insert(), row)
        data_set = {"name": "n", "rows": 1, "columns": "[]", "bytes": 1, "added_ms": 1}
        for name in ("a.csv", "b.parquet"):
            row = {**data_set, "data_set": name, "file_name": name}
            connection.execute(sa.table("data_sets", *map(sa.column, row)).insert(), row)
    old.dispose()
    engine = open_database(url, migrations=_FOLDER)
    found = SqlPartnerStore(engine).find("beta")
    assert found is not None
    assert (found.state, found.confirmed_ms) == ("confirmed", 7)
    sources = {known.data_set: known.source for known in SqlDataSetStore(engine).all()}
    assert sources == {"a.csv": "csv", "b.parquet": "parquet"}
    engine.dispose()


def test_what_has_ended_is_kept_and_what_has_not_is_stopped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/fusion.db"
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("sqlalchemy.url", url)
    old = sa.create_engine(url)
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for task, state in (("a", "succeeded"), ("b", "running")):
            row = {**_OLD, "task": task, "state": state}
            connection.execute(sa.table("tasks", *map(sa.column, row)).insert(), row)
    old.dispose()
    engine = open_database(url, migrations=_FOLDER)
    store = SqlTaskStore(engine)
    done, stopped = store.find("a"), store.find("b")
    assert done is not None
    assert stopped is not None
    assert (done.state, done.protocol, done.learns, done.ids, done.partner_rows) == (
        "succeeded",
        "rsa3072",
        "both",
        4,
        7,
    )
    assert stopped.state == "stopped"
    assert "propose it again" in stopped.reason
    engine.dispose()
