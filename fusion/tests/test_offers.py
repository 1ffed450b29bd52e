"""Proposals and acceptances as bytes of a partner: anything gives an answer or a named error, and nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from google.protobuf.message import DecodeError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fusion.store.migrations
from common.errors import HanseError
from common.rpc.wire import now_ms
from common.sql import open_database
from fusion.domain import states
from fusion.domain.errors import BadChoice, OfferDiffers, TooManyProposals, TooManyUnanswered
from fusion.domain.key_rule import KeyRule
from fusion.domain.models import Partner, Task
from fusion.service.acceptances import Acceptances
from fusion.service.consents import Consents
from fusion.service.data_sets import DataSets
from fusion.service.inbox import Inbox
from fusion.service.offer_limits import OfferLimits
from fusion.service.offers import Offers
from fusion.service.partners import Partners
from fusion.service.shelf import Shelf
from fusion.service.table_choice import TableChoice
from fusion.service.tables import Tables
from fusion.service.tasks import Tasks
from fusion.store.files import FileWorkFiles
from fusion.store.shelves import FileShelves
from fusion.store.sql import SqlDataSetStore, SqlPartnerStore, SqlTaskStore
from fusion.store.sql_prepared import SqlTableStore
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
SUM = pb.TaskOffer()
SUM.CopyFrom(GOOD)
SUM.MergeFrom(pb.TaskOffer(learns="sum", value_decimals=2, at_least=10))
TABLE = pb.TaskOffer()
TABLE.CopyFrom(GOOD)
TABLE.MergeFrom(pb.TaskOffer(proposer_role="sender", table="a" * 64, table_salt=b"t" * 32))
KEPT = pb.TaskOffer()
KEPT.CopyFrom(GOOD)
KEPT.MergeFrom(pb.TaskOffer(tables_kept=["a" * 64, "b" * 64]))
_FEW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[tuple[Offers, Acceptances, SqlTaskStore]]:
    engine = open_database(f"sqlite:///{tmp_path}/fusion.db", migrations=Path(fusion.store.migrations.__file__).parent)
    store, files = SqlTaskStore(engine), FileWorkFiles(tmp_path / "data", b"k" * 32)
    tasks, inbox = Tasks(store, files, lambda: None), Inbox(store, files)
    consents = Consents(SqlConsentStore(engine), SqlScheduleStore(engine))
    offers = Offers(store, tasks, inbox, consents, OfferLimits(3, 10_000), 1000, 60)
    partners, shelves = Partners("alpha", SqlPartnerStore(engine), store), FileShelves(tmp_path / "data", b"k" * 32)
    partners_store = SqlPartnerStore(engine)
    partners_store.put(Partner("beta", "h:1", b"s", b"x", b"c", added_ms=7, confirmed_ms=8))
    data_sets = DataSets(SqlDataSetStore(engine), store, files, 1)
    limits = {"days": 1, "at_most": 1, "most_bytes": 1000}
    tables = Tables(SqlTableStore(engine), store, shelves, partners, data_sets, **limits)
    Shelf(tables, SqlTableStore(engine), shelves).keep(_waiting(), b"r" * 32)
    yield offers, Acceptances(store, tasks, inbox, TableChoice(tables)), store
    engine.dispose()


@_FEW
@given(st.sampled_from([GOOD, SUM, TABLE, KEPT]), st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_offers_of_changed_bytes(
    doors: tuple[Offers, Acceptances, SqlTaskStore], good: pb.TaskOffer, place: int, change: bytes
) -> None:
    data = bytearray(good.SerializeToString())
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
        assert not taken.table_name or taken.learns in ("receiver", "both")
        assert (taken.at_least >= 10) == (taken.learns == "sum")
        assert taken.state in (states.PENDING, states.STOPPED)  # stopped: the same came before
        doors[2].change(taken.task, [states.PENDING], state=states.STOPPED)


def test_an_offer_comes_again_after_it_was_accepted_with_a_table(
    doors: tuple[Offers, Acceptances, SqlTaskStore],
) -> None:
    offers, _, store = doors
    for number, (good, used) in enumerate(((KEPT, "c" * 64), (TABLE, ""))):
        offer = pb.TaskOffer()
        offer.CopyFrom(good)
        offer.task = f"{number:032x}"
        offers.take("beta", offer)
        changed = pb.TaskOffer()
        changed.CopyFrom(offer)
        changed.tables_kept.append("d" * 64)
        if good is TABLE:
            changed.CopyFrom(offer)
            changed.table = "d" * 64
        with pytest.raises(OfferDiffers):
            offers.take("beta", changed)
        store.change(offer.task, states.OPEN, state=states.QUEUED, ids=3, table_name=used)
        assert offers.take("beta", offer).table_name == used


def test_proposals_without_end_are_refused(doors: tuple[Offers, Acceptances, SqlTaskStore]) -> None:
    offers, _, store = doors
    made = [pb.TaskOffer.FromString(GOOD.SerializeToString()) for _ in range(4)]
    for number, offer in enumerate(made):
        offer.task = f"{number:032x}"
    for offer in made[:3]:
        offers.take("beta", offer)
    with pytest.raises(TooManyUnanswered, match="3 proposals of beta"):
        offers.take("beta", made[3])
    offers.take("beta", made[0])  # again the same: its answer may have been lost
    other = pb.TaskOffer.FromString(GOOD.SerializeToString())
    other.task = "e" * 32
    offers.take("gamma", other)
    store.change(made[0].task, [states.PENDING], state=states.REFUSED)
    offers.take("beta", made[3])


def _numbered(count: int, first: int = 0) -> list[pb.TaskOffer]:
    made = [pb.TaskOffer.FromString(GOOD.SerializeToString()) for _ in range(count)]
    for number, offer in enumerate(made, first):
        offer.task = f"{number:032x}"
    return made


def test_a_loop_of_proposals_that_are_withdrawn_at_once_fills_no_history(
    doors: tuple[Offers, Acceptances, SqlTaskStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    offers, _, store = doors
    offers._limits = OfferLimits(3, 5)
    now = now_ms()
    for hour, offer in enumerate(_numbered(5)):
        monkeypatch.setattr("fusion.service.offers.now_ms", lambda hour=hour: now + hour * 3_600_000)
        offers.take("beta", offer)
        offers.ended("beta", offer.task, states.STOPPED, "")
    (late,) = _numbered(1, 77)
    monkeypatch.setattr("fusion.service.offer_limits.now_ms", lambda: now + 5 * 3_600_000)
    with pytest.raises(TooManyProposals, match="5 proposals of beta within a day; the next is taken in 1140 min"):
        offers.take("beta", late)
    offers.take("gamma", late)
    assert offers.take("beta", _numbered(1)[0]).state == states.STOPPED, "one that is known is answered"
    monkeypatch.setattr("fusion.service.offer_limits.now_ms", lambda: now + 24 * 3_600_000 + 1)
    offers.take("beta", _numbered(1, 78)[0])
    assert len(store.page("", 100, partner="beta")) == 6


def test_proposals_that_come_at_once_find_no_more_room_together(
    doors: tuple[Offers, Acceptances, SqlTaskStore],
) -> None:
    offers, _, store = doors

    def taken(offer: pb.TaskOffer) -> bool:
        try:
            offers.take("beta", offer)
        except TooManyUnanswered:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, _numbered(24))) == 3
    assert len(store.in_states([states.PENDING])) == 3


_WORDS = st.one_of(st.text(max_size=40), st.sampled_from(["auto", "curve25519", "rsa", "oprf", "intersection_sum"]))


def _waiting(learns: str = "size", **more: object) -> Task:
    values = {"task": "f" * 32, "name": "", "partner": "beta", "role": states.RECEIVER, "proposed_here": True}
    values |= {"protocol": "auto", "learns": learns, "key_rule": KeyRule(), "created_ms": 0, "expires_ms": 1}
    values |= {"ids": 3, "partner_rows_at_most": 10, "salt": b"s" * 32, "partner_rows": 2}
    values |= {"table_name": "a" * 64, "table_salt": b"t" * 32, "tables_kept": ("a" * 64,)}
    return Task(**{**values, **more}, state=states.WAITING)  # type: ignore[arg-type]


@_FEW
@given(st.integers(0, 2**64 - 1), _WORDS, st.integers(0, 2**32 - 1), st.sampled_from(["avx2", "none", "x", ""]))
def test_acceptances_of_any_kind(
    doors: tuple[Offers, Acceptances, SqlTaskStore], rows: int, protocol: str, cores: int, vectors: str
) -> None:
    _, acceptances, store = doors
    store.add(_waiting(partner_rows=0))
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


_NAMES = st.one_of(st.text(max_size=70), st.sampled_from(["", "a" * 64, "b" * 64, "A" * 64]))
_SALTS = st.one_of(st.binary(max_size=40), st.sampled_from([b"", b"t" * 32, b"u" * 32]))


@_FEW
@given(
    st.sampled_from([states.RECEIVER, states.SENDER]),
    st.sampled_from(["receiver", "both", "size", "sum"]),
    st.sampled_from(["unbalanced", "curve25519"]),
    st.integers(1, 4),
    _NAMES,
    _SALTS,
    st.booleans(),
)
def test_tables_of_acceptances_are_those_that_can_be_used(
    doors: tuple[Offers, Acceptances, SqlTaskStore],
    role: str,
    learns: str,
    protocol: str,
    rows: int,
    name: str,
    salt: bytes,
    kept: bool,  # noqa: FBT001
) -> None:
    _, acceptances, store = doors
    store.add(_waiting(partner_rows=0))
    values = {"role": role, "learns": learns, "partner_rows": 0, "protocol_chosen": "", **_WAITING}
    store.change("f" * 32, states.OPEN, state=states.WAITING, **values)
    answer = pb.AcceptRequest(task="f" * 32, rows=rows, protocol=protocol, machine=GOOD.machine)
    answer.MergeFrom(pb.AcceptRequest(table=name, table_salt=salt, table_kept=kept))
    try:
        acceptances.take("beta", answer)
    except HanseError as error:
        assert error.status in ("INVALID_ARGUMENT", "FAILED_PRECONDITION")  # noqa: PT017
        assert store.find("f" * 32).state == states.WAITING  # type: ignore[union-attr]
        return
    found = store.find("f" * 32)
    assert found is not None
    assert (found.table_name, found.table_salt, found.table_kept) == (name, salt, kept)
    if name or salt or kept:
        assert (protocol, learns in ("receiver", "both"), role) == ("unbalanced", True, states.RECEIVER)
        assert not kept or (name, salt, rows) == ("a" * 64, b"t" * 32, 2)


_WAITING = {"table_name": "a" * 64, "table_salt": b"t" * 32, "table_kept": False}


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
