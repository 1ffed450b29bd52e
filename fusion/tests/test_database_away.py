"""A node whose own database goes away in the middle of a step: both sides say why, wait, and lose nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from common.errors import HanseError
from common.rpc.wire import now_ms
from common.sql import DatabaseAway
from common.tables.tests import servers
from fusion.api.rpc.outbound import GrpcNode
from fusion.service.answering import Answering
from fusion.service.inbox import Inbox
from fusion.store.sql import SqlTaskStore
from fusion.tests.nodes import Node, until

AWAY = "HAN-1052"


@dataclass
class Base:
    """The database of beta."""

    url: sa.URL

    def _do(self, *statements: str) -> None:
        owner = sa.create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        owner.dispose()

    def make(self) -> None:
        self._do("CREATE DATABASE beta")

    def drop_connections(self) -> None:
        self._do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'beta'")

    def cut(self) -> None:
        self._do("ALTER DATABASE beta ALLOW_CONNECTIONS false")
        self.drop_connections()

    def mend(self) -> None:
        self._do("ALTER DATABASE beta ALLOW_CONNECTIONS true")


@pytest.fixture(scope="module")
def base() -> Iterator[Base]:
    with servers.postgresql() as server:
        made = Base(sa.URL.create("postgresql+psycopg", "hanse", servers.PASSWORD, "127.0.0.1", server.port, "beta"))
        made.make()
        yield made


@pytest.fixture(scope="module")
def pair(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    folder = tmp_path_factory.mktemp("nodes")
    alpha = Node(folder, "alpha").start()
    beta = Node(folder, "beta", database_url=base.url.render_as_string(hide_password=False)).start()
    alpha.trust(beta)
    beta.trust(alpha)
    yield alpha, beta
    base.mend()
    alpha.stop()
    beta.stop()


def _in_postgresql(inbox: Inbox) -> bool:
    return inbox._store._engine.dialect.name == "postgresql"  # type: ignore[attr-defined, no-any-return]


def _begun(proposer: Node, other: Node, role: str) -> str:
    ours, theirs = proposer.upload([f"p{n}" for n in range(3000)]), other.upload([f"p{n}" for n in range(2000, 5000)])
    task = proposer.propose(other.name, ours, role=role)
    other.wait(task, "pending_approval")
    other.accept(task, theirs)
    return task


@pytest.mark.parametrize("beta_is", ["receiver", "sender"])
def test_an_alignment_waits_for_the_database_and_goes_on(
    pair: tuple[Node, Node], base: Base, beta_is: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = pair
    keep, cuts = Inbox._keep, []

    def keep_after_the_cut(self: Inbox, *arguments: object) -> None:
        if _in_postgresql(self) and not cuts:
            cuts.append(1)
            base.cut()
        keep(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Inbox, "_keep", keep_after_the_cut)
    task = _begun(beta, alpha, beta_is)
    until(lambda: (alpha.task(task)["trouble"] or {}).get("code") == AWAY, 60, lambda: str(alpha.task(task)))
    told = alpha.task(task)
    assert (told["state"], told["waiting_for"], told["trouble"]["party"]) == ("running", "beta", "beta")
    assert told["trouble"]["detail"] == "The database does not answer", "no word of the partner's own address"
    for path in (f"/tasks/{task}", "/tasks", "/partners"):
        assert beta.call("GET", path, 503)["code"] == AWAY
    base.mend()
    for node in pair:
        done = node.wait(task, "succeeded")
        assert (done["failure"], done["trouble"]) == (None, None)
    receiver = beta if beta_is == "receiver" else alpha
    assert receiver.task(task)["intersection"] == 1000
    assert len(receiver.result(task)) == 1001


def test_connections_that_drop_again_and_again_end_no_alignment(
    pair: tuple[Node, Node], base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = pair
    keep, drops = Inbox._keep, []

    def keep_and_drop(self: Inbox, *arguments: object) -> None:
        keep(self, *arguments)  # type: ignore[arg-type]
        drops.append(1)
        base.drop_connections()

    monkeypatch.setattr(Inbox, "_keep", keep_and_drop)
    task = _begun(alpha, beta, "receiver")
    assert alpha.wait(task, "succeeded")["intersection"] == 1000
    beta.wait(task, "succeeded")
    assert len(drops) >= 3


@pytest.mark.parametrize("applied", [False, True], ids=["before the change", "after it, so that nobody knows"])
@pytest.mark.parametrize("place", range(0, 12, 2))
def test_a_connection_that_drops_at_any_change_ends_no_alignment(
    pair: tuple[Node, Node], place: int, monkeypatch: pytest.MonkeyPatch, *, applied: bool
) -> None:
    alpha, beta = pair
    for module in ("steps", "driver"):
        monkeypatch.setattr(f"fusion.service.{module}._AGAIN_OWN_S", 0.05)
    change, changes = SqlTaskStore.change, []
    task = alpha.propose("beta", alpha.upload(["a", "b"]), role="sender")
    beta.wait(task, "pending_approval")
    theirs = beta.upload(["b", "c"])

    def change_or_fail(self: SqlTaskStore, name: str, *arguments: Any, **values: Any) -> bool:
        changes.append(values)
        failing = len(changes) - 1 in {place, place + 1}
        if failing and not applied:
            raise DatabaseAway("lost")
        done = change(self, name, *arguments, **values)
        if failing:
            raise DatabaseAway("lost")
        return done

    monkeypatch.setattr(SqlTaskStore, "change", change_or_fail)
    body = {"accept": True, "data_set": theirs, "columns": ["id"]}
    until(lambda: beta.http.post(f"/tasks/{task}/answer", json=body).status_code in (200, 409))
    assert beta.wait(task, "succeeded")["intersection"] == 1
    alpha.wait(task, "succeeded")
    assert len(changes) > place + 1


def test_a_schedule_s_run_is_accepted_by_consent_when_the_database_is_back(
    pair: tuple[Node, Node], base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = pair
    ours, theirs = alpha.upload(["a", "b"]), beta.upload(["b", "c"])
    end = now_ms() + 86_400_000
    first = alpha.propose("beta", ours, repeat={"cron": "0 0 1 1 *", "until_ms": end + 400 * 86_400_000})
    beta.wait(first, "pending_approval")
    body = {"accept": True, "data_set": theirs, "columns": ["id"], "also_next": {"until_ms": end, "runs_at_most": 2}}
    beta.call("POST", f"/tasks/{first}/answer", json=body)
    alpha.wait(first, "succeeded")
    accept, cuts = Answering.accept, []

    def accept_after_the_cut(self: Answering, *arguments: object, **more: object) -> object:
        if len(cuts) < 2:
            cuts.append(1)
            base.drop_connections()
            with self._store._engine.connect() as held:  # type: ignore[attr-defined]
                base.drop_connections()
                held.exec_driver_sql("SELECT 1")
        return accept(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Answering, "accept", accept_after_the_cut)
    schedule = alpha.task(first)["schedule"]
    alpha.call("POST", f"/schedules/{schedule}/run", 200)
    second = alpha.call("GET", "/tasks")["items"][0]["task"]
    assert second != first
    alpha.wait(second, "succeeded")
    assert len(cuts) == 2
    (consent,) = beta.call("GET", "/schedules")["items"]
    assert consent["also_next"]["used"] == 1, "the tries that failed have used nothing up"


def test_our_own_database_that_goes_away_while_we_send_is_not_told_as_the_partners(
    pair: tuple[Node, Node], base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta = pair
    deliver, cuts, troubles = GrpcNode.deliver, [], []

    def cut_and_deliver(self: GrpcNode, *arguments: object) -> None:
        if self._partner == "alpha" and not cuts:
            cuts.append(1)
            base.cut()
        try:
            deliver(self, *arguments)  # type: ignore[arg-type]
        except HanseError as error:
            troubles.append((self._partner, error.code, error.party))
            base.mend()
            raise

    monkeypatch.setattr(GrpcNode, "deliver", cut_and_deliver)
    task = _begun(alpha, beta, "receiver")
    assert alpha.wait(task, "succeeded")["intersection"] == 1000
    beta.wait(task, "succeeded")
    assert troubles[0] == ("alpha", AWAY, "")
