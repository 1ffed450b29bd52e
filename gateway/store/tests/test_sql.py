"""The tables behind the ports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from common.sql import open_database
from gateway.app import MIGRATIONS
from gateway.domain.members import Federation
from gateway.domain.messages import Announced, EgressLine, MessageKey, Parcel
from gateway.store.sql import SqlEgressStore, SqlEntryStore, SqlInboxStore, SqlOutboxStore, SqlPolicyStore
from gateway.store.tables import METADATA


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = open_database(f"sqlite:///{tmp_path}/g.db", migrations=MIGRATIONS)
    yield made
    made.dispose()


def parcel(step: str, attempt: int = 1) -> Parcel:
    announced = Announced(MessageKey("j", "t", attempt, "m", step, "a", "b"), 7, b"h" * 32)
    return Parcel(announced, "toy", "share", 99)


def line(**changes: object) -> EgressLine:
    values = {"time_ms": 1, "member": "b", "job": "j", "task": "t", "attempt": 1, "component": "toy", "message": "m"}
    return EgressLine(**{**values, "kind": "share", "n_bytes": 7, "sha256": b"h" * 32, **changes})  # type: ignore[arg-type]  # by name


def test_the_migrations_make_the_tables(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_a_parcels_way(engine: sa.Engine) -> None:
    outbox, egress = SqlOutboxStore(engine), SqlEgressStore(engine)
    assert outbox.add(parcel("1"))
    assert not outbox.add(parcel("1"))
    outbox.start(parcel("1"), line())
    outbox.start(parcel("1"), line())
    assert len(egress.page("", 0, 10)) == 1
    assert outbox.unfinished() == [parcel("1")]
    outbox.end(parcel("1").key, "refused", "HAN-3407", "no")
    found = outbox.find(parcel("1").key)
    assert found is not None
    assert (found.state, found.code, found.detail) == ("refused", "HAN-3407", "no")
    assert outbox.unfinished() == []


def test_traffic_by_partner(engine: sa.Engine) -> None:
    outbox, egress = SqlOutboxStore(engine), SqlEgressStore(engine)
    assert outbox.waiting() == {}
    outbox.add(parcel("1"))
    outbox.add(parcel("2"))
    outbox.end(parcel("2").key, "delivered")
    count, size, since_ms = outbox.waiting()["b"]
    assert (count, size) == (1, 7)
    assert since_ms > 0
    for time_ms, member in ((1, "b"), (2, "b"), (2, "c")):
        egress.append(line(time_ms=time_ms, member=member))
    assert egress.sent(0) == {"b": (2, 14), "c": (1, 7)}
    assert egress.sent(2) == {"b": (1, 7), "c": (1, 7)}


def test_drop_keeps_greater_attempts(engine: sa.Engine) -> None:
    outbox, inbox = SqlOutboxStore(engine), SqlInboxStore(engine)
    for store in (outbox, inbox):
        for attempt in (1, 2):
            each = parcel("1", attempt)
            _ = store.add(each) if isinstance(store, SqlOutboxStore) else store.add(each.announced)
        store.drop("j", "t", below=2)
        assert store.find(parcel("1", 1).key) is None
        assert store.find(parcel("1", 2).key) is not None
    assert dict(inbox.used_bytes()) == {"a": 7}


def test_egress_pages_and_sums(engine: sa.Engine) -> None:
    egress = SqlEgressStore(engine)
    for number in range(5):
        egress.append(line(attempt=number))
    egress.append(line(job="k", kind="control", n_bytes=2))
    first = egress.page("j", 0, 3)
    assert [entry.attempt for entry in first] == [4, 3, 2]
    assert [entry.attempt for entry in egress.page("j", first[-1].id, 3)] == [1, 0]
    assert dict(egress.sums("")) == {"share": 35, "control": 2}
    assert dict(egress.sums("k")) == {"control": 2}
    one = line()
    assert egress.sums_by_task("j") == [(one.task, one.member, 35, 5)]
    assert egress.sums_by_task("nothing") == []


def test_entries_federation_and_policy_are_kept(engine: sa.Engine) -> None:
    entries, policy = SqlEntryStore(engine), SqlPolicyStore(engine)
    assert (entries.federation(), policy.load()) == (None, None)
    federation = Federation(b"s" * 32, 7, frozenset({"0xa", "0xb"}), 2)
    entries.set_federation(federation)
    entries.save("bank", b"1")
    entries.save("bank", b"2")
    policy.save(b"{}")
    again = SqlEntryStore(engine)
    assert again.federation() == federation
    assert dict(again.load()) == {"bank": b"2"}
    assert SqlPolicyStore(engine).load() == b"{}"
