"""Proposals and acceptances as bytes of a partner: anything gives an answer or a named error, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.message import DecodeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fusion.store.migrations
from common.errors import HanseError, ResourceExhausted
from common.sql import open_database
from fusion.domain import states
from fusion.domain.errors import BadChoice
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Task
from fusion.service.acceptances import Acceptances
from fusion.service.consents import Consents
from fusion.service.inbox import Inbox
from fusion.service.offers import Offers
from fusion.service.tasks import Tasks
from fusion.store.files import FileWorkFiles
from fusion.store.sql import SqlTaskStore
from fusion.store.sql_schedules import SqlConsentStore, SqlScheduleStore
from proto.fusion.v1 import fusion_pb2 as pb

RULE = '{"case":"keep","columns":1,"form":"NFC","hash":"none","trim":true}'
GOOD = pb.TaskOffer(
    task="0" * 32,
    protocol="auto",
    learns="receiver",
    key_rule=RULE,
    proposer_role="receiver",
    rows=3,
    partner_rows_at_most=10,
    salt=b"s" * 32,
    machine=pb.Machine(cores=2, vectors="avx2"),
    schedule="1" * 32,
    repeat_cron="0 6 * * *",
    repeat_until_ms=1 << 41,
)
_FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[tuple[Offers, Acceptances, SqlTaskStore]]:
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    store, files = SqlTaskStore(engine), FileWorkFiles(tmp_path / "data", b"k" * 32)
    tasks, inbox = Tasks(store, files, lambda: None), Inbox(store, files)
    offers = Offers(store, tasks, inbox, Consents(SqlConsentStore(engine), SqlScheduleStore(engine)), 1000, 60)
    yield offers, Acceptances(store, tasks, inbox), store
    engine.dispose()


@_FEW
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_offers_of_changed_bytes(doors: tuple[Offers, Acceptances, SqlTaskStore], place: int, change: bytes) -> None:
    data = bytearray(GOOD.SerializeToString())
    place %= len(data)
    data[place : place + len(change)] = change
    try:
        offer = pb.TaskOffer.FromString(bytes(data))
    except DecodeError:
        return
    try:
        taken = doors[0].take("beta", offer)
    except HanseError as error:
        assert error.status in ("INVALID_ARGUMENT", "ALREADY_EXISTS")  # noqa: PT017
    else:
        assert taken.partner == "beta"
        assert taken.state in (states.PENDING, states.STOPPED)  # stopped: the same came before
        doors[2].change(taken.task, [states.PENDING], state=states.STOPPED)


def test_proposals_without_end_are_refused(
    doors: tuple[Offers, Acceptances, SqlTaskStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fusion.service.offers._MOST_UNANSWERED", 3)
    offers, _, store = doors
    made = [pb.TaskOffer.FromString(GOOD.SerializeToString()) for _ in range(4)]
    for number, offer in enumerate(made):
        offer.task = f"{number:032x}"
    for offer in made[:3]:
        offers.take("beta", offer)
    with pytest.raises(ResourceExhausted, match="3 proposals of beta"):
        offers.take("beta", made[3])
    offers.take("beta", made[0])  # again the same: its answer may have been lost
    other = pb.TaskOffer.FromString(GOOD.SerializeToString())
    other.task = "e" * 32
    offers.take("gamma", other)
    store.change(made[0].task, [states.PENDING], state=states.REFUSED)
    offers.take("beta", made[3])


_WORDS = st.one_of(st.text(max_size=40), st.sampled_from(["auto", "curve25519", "rsa", "oprf", "intersection_sum"]))


@_FEW
@given(st.integers(0, 2**64 - 1), _WORDS, st.integers(0, 2**32 - 1), st.sampled_from(["avx2", "none", "x", ""]))
def test_acceptances_of_any_kind(
    doors: tuple[Offers, Acceptances, SqlTaskStore], rows: int, protocol: str, cores: int, vectors: str
) -> None:
    _, acceptances, store = doors
    values = {"task": "f" * 32, "name": "", "partner": "beta", "role": states.RECEIVER, "proposed_here": True}
    values |= {"protocol": "auto", "learns": "size", "key_rule": KeyRule(), "created_ms": 0, "expires_ms": 1}
    store.add(Task(**values, state=states.WAITING, ids=3, partner_rows_at_most=10, salt=b"s" * 32))
    store.change("f" * 32, states.OPEN, state=states.WAITING, partner_rows=0, protocol_chosen="")
    machine = pb.Machine(cores=cores, vectors=vectors)
    try:
        acceptances.take("beta", pb.AcceptRequest(task="f" * 32, rows=rows, protocol=protocol, machine=machine))
    except HanseError as error:
        assert error.status == "INVALID_ARGUMENT"  # noqa: PT017
        assert store.find("f" * 32).state == states.WAITING  # type: ignore[union-attr]
    else:
        found = store.find("f" * 32)
        assert found is not None
        assert (found.state, 0 < found.partner_rows <= 10) == (states.QUEUED, True)
        assert found.protocol_chosen in ("curve25519", "unbalanced", "oprf")


@pytest.mark.parametrize(("proposed", "taken"), [("auto", False), ("rsa", True)])
def test_blind_signatures_are_taken_only_where_they_were_named(
    doors: tuple[Offers, Acceptances, SqlTaskStore], proposed: str, *, taken: bool
) -> None:
    _, acceptances, store = doors
    values = {"task": "f" * 32, "name": "", "partner": "beta", "role": states.RECEIVER, "proposed_here": True}
    values |= {"protocol": proposed, "learns": "receiver", "key_rule": KeyRule(), "created_ms": 0, "expires_ms": 1}
    store.add(Task(**values, state=states.WAITING, ids=3, partner_rows_at_most=10, salt=b"s" * 32))
    answer = pb.AcceptRequest(task="f" * 32, rows=3, protocol="rsa", machine=GOOD.machine)
    if taken:
        acceptances.take("beta", answer)
    else:
        with pytest.raises(BadChoice):
            acceptances.take("beta", answer)
    assert store.find("f" * 32).state == (states.QUEUED if taken else states.WAITING)  # type: ignore[union-attr]
