"""Whose trouble an error is, and what the record of what left this node says of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import fusion.store.migrations
from common.errors import HanseError, Unavailable
from common.sql import DatabaseAway, StorageFull, open_database
from fusion.api.rpc.outbound import GrpcNode
from fusion.domain.errors import DiskFull, OtherCertificate
from fusion.service.egress import Egress
from fusion.service.tasks import Tasks
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlTaskStore
from fusion.store.sql_egress import SqlEgressStore
from proto.fusion.v1 import fusion_pb2 as pb

TASK = "0" * 32


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    yield made
    made.dispose()


class _Channel:
    """A connection whose other end does what the test says."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self._answer = answer

    def unary_unary(self, *_: object, **__: object) -> Callable[..., Any]:
        return lambda *_, **__: self._answer()


def _node(engine: sa.Engine, folder: Path, answer: Callable[[], Any]) -> GrpcNode:
    tasks = Tasks(SqlTaskStore(engine), FileWorkFiles(folder, b"k" * 32), lambda: None)
    channel: Any = _Channel(answer)
    return GrpcNode("beta", lambda: channel, Egress(SqlEgressStore(engine), tasks))


def test_no_room_for_our_own_record_is_not_the_partners_trouble(engine: sa.Engine, tmp_path: Path) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    node = _node(engine, tmp_path, pb.DeliverResponse)

    def deliver_many() -> None:
        for number in range(1000):
            node.deliver(f"{number:032x}", "masked 0", b"x")

    with pytest.raises(StorageFull) as caught:
        deliver_many()
    assert caught.value.party == ""


def _raise(error: HanseError) -> Any:
    raise error


@pytest.mark.parametrize(
    ("answer", "kind", "messages", "unanswered"),
    [
        (lambda: _raise(DiskFull("full")), DiskFull, 1, 0),
        (lambda: _raise(Unavailable("away")), Unavailable, 0, 1),
        (lambda: _raise(DatabaseAway("lost")), DatabaseAway, 1, 0),
        (lambda: _raise(Unavailable("CERTIFICATE_VERIFY_FAILED")), OtherCertificate, 0, 1),
    ],
    ids=["a refusal", "no answer", "no database there", "another certificate"],
)
def test_what_the_partner_says_is_its_own_and_counted_as_it_was(
    engine: sa.Engine, tmp_path: Path, answer: Callable[[], Any], kind: type[HanseError], messages: int, unanswered: int
) -> None:
    node = _node(engine, tmp_path, answer)
    with pytest.raises(kind) as caught:
        node.deliver(TASK, "masked 0", b"x")
    assert caught.value.party == "beta"
    (sent,) = SqlEgressStore(engine).of(TASK)
    assert (sent.messages, sent.unanswered, sent.bytes) == (messages, unanswered, messages)
