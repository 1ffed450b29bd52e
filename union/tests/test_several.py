"""Several unions on one ledger: each with an identity, a relaying account and an index of its own."""

from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account

from common.errors import HanseError
from common.keyfiles import read_ledger_key
from ledger.errors import RegisterMoved, WrongChain, WrongNonce
from ledger.tests.federation import data_body
from proto.union.v1 import union_pb2
from union.app import UnionApp
from union.errors import FederationIncomplete
from union.settings import UnionSettings
from union.store.base import Query
from union.store.files import (
    RELAY_KEY,
    create_federation,
    federation_card,
    join_federation,
    load_registry,
    read_card,
)
from union.store.sql import SqlIndex
from union.tests.test_union import DATA, MEMBER, House, Party

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.record import Entry
    from ledger.tests.anvil_node import Anvil

N_UNIONS = 3


class Alliance:
    """The unions of a federation over one remote ledger."""

    def __init__(self, folder: Path, anvil: Anvil) -> None:
        self.folder, self.anvil = folder, anvil
        create_federation(folder / "union-0" / "home", "trial", name="Union", governors=[], threshold=1)
        self.houses: list[House] = []
        for number in range(N_UNIONS):
            home = folder / f"union-{number}" / "home"
            if number:
                join_federation(home, self.card(), name=f"Union {number}")
            self.fund(home)
            self.houses.append(self.start(number))

    def start(self, number: int) -> House:
        return House(self.folder / f"union-{number}", ledger_url=self.anvil.url, ledger_page_blocks=100)

    def fund(self, home: Path) -> None:
        self.anvil.fund(Account.from_key(read_ledger_key(home / RELAY_KEY, None)).address)

    def card(self) -> Any:
        told = federation_card(self.folder / "union-0" / "home", self.folder / "union-0" / "data")
        file = self.folder / "card.json"
        file.write_text(json.dumps(asdict(told)))
        return read_card(file)

    def follow(self) -> list[list[Entry]]:
        """Let every union look at the ledger, and return what each then knows."""
        for house in self.houses:
            # A restart looks; House sets the interval so that nothing looks by itself.
            house.stop()
        self.houses = [self.start(number) for number in range(N_UNIONS)]
        return [everything(house.settings) for house in self.houses]

    def stop(self) -> None:
        for house in self.houses:
            house.stop()


def everything(settings: UnionSettings) -> list[Entry]:
    index = SqlIndex(settings.database_url)
    try:
        return index.list(Query(limit=10**6))
    finally:
        index.close()


@pytest.fixture
def alliance(tmp_path: Path, anvil: Anvil) -> Iterator[Alliance]:
    made = Alliance(tmp_path, anvil)
    yield made
    made.stop()


def at(house: House, party: Party) -> Party:
    """Return the same member as it calls another union."""
    other = house.party(party.member)
    other.channel.close()
    other.identity, other.ledger_key = party.identity, party.ledger_key
    other.channel = other.dial(other.identity)
    other.stub = type(party.stub)(other.channel)
    return other


def test_they_agree(alliance: Alliance) -> None:
    first, second, third = alliance.houses
    bank = first.admitted("bank")
    bureau = second.party("bureau")
    bureau.register()
    retailer = third.party("retailer")
    retailer.register()
    # The governor's decision may come through any of them.
    first.decide(bank, "bureau")
    first.decide(bank, "retailer", "remove")
    told = alliance.follow()
    assert told[0] == told[1] == told[2]
    assert [entry.record.record_id for entry in told[0]] == ["bank", "bank", "bureau", "retailer", "bureau", "retailer"]
    assert [entry.status for entry in told[2] if entry.record.kind == MEMBER] == ["admitted", "admitted", "removed"]
    # A member of one is known at the others.
    elsewhere = at(alliance.houses[2], bank)
    assert elsewhere.submit(elsewhere.sign(DATA, "clients", data_body("bank", "clients"))).sequence == 7


def test_one_that_lost_its_index_builds_the_same(alliance: Alliance) -> None:
    bank = alliance.houses[0].admitted("bank")
    bank.submit(bank.sign(DATA, "clients", data_body("bank", "clients")))
    before = alliance.follow()
    for house in alliance.houses:
        house.stop()
    for file in (alliance.folder / "union-1" / "data").glob("union.db*"):
        file.unlink()
    alliance.houses = [alliance.start(number) for number in range(N_UNIONS)]
    assert [everything(house.settings) for house in alliance.houses] == before


def test_all_write_at_once(alliance: Alliance) -> None:
    parties = [house.party(f"member-{number}") for number, house in enumerate(alliance.houses)]
    for party in parties:
        party.register()
    for party in parties:
        alliance.houses[0].decide(parties[0], party.member)
    failures: list[BaseException] = []

    def write(party: Party) -> None:
        try:
            for number in range(8):
                name = f"{party.member}-{number}"
                party.submit(party.sign(DATA, name, data_body(party.member, name)))
        except BaseException as problem:
            failures.append(problem)
            raise

    threads = [threading.Thread(target=write, args=(party,)) for party in parties]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    told = alliance.follow()
    assert told[0] == told[1] == told[2]
    assert [entry.sequence for entry in told[0]] == list(range(1, 2 * N_UNIONS + 8 * N_UNIONS + 1))
    for party in parties:
        own = [entry.record for entry in told[0] if entry.record.owner == told_owner(told[0], party.member)]
        assert [record.nonce for record in own] == list(range(9))


def told_owner(entries: list[Entry], member: str) -> str:
    return next(e.record.owner for e in entries if e.record.kind == MEMBER and e.record.record_id == member)


def test_one_owner_at_two_unions(alliance: Alliance) -> None:
    bank = alliance.houses[0].admitted("bank")
    alliance.follow()
    here, there = at(alliance.houses[0], bank), at(alliance.houses[1], bank)
    record = here.sign(DATA, "clients", data_body("bank", "clients"))
    first = here.submit(record)
    # The same record elsewhere is the same record, not a second one.
    assert there.submit(record) == first
    with pytest.raises(WrongNonce):
        there.submit(there.sign(DATA, "cards", data_body("bank", "cards"), nonce=record.nonce))
    assert there.submit(there.sign(DATA, "cards", data_body("bank", "cards"))).sequence == 4


def test_the_others_see_that_the_federation_moved(alliance: Alliance, free_anvil: Anvil) -> None:
    first, second, third = alliance.houses
    bank = first.admitted("bank")
    alliance.follow()
    first, second, third = alliance.houses
    first.stop()
    free_anvil.fund(Account.from_key(read_ledger_key(first.settings.home / RELAY_KEY, None)).address)
    target = UnionSettings(**{**first.settings.model_dump(), "ledger_url": free_anvil.url})
    mover = UnionApp(first.settings)
    mover.move(target, lambda _done, _of: None, lambda: None)
    mover.stop()
    moved = load_registry(first.settings.data)
    assert moved is not None

    # The second runs on, and refuses to write to what was left.
    there = at(second, bank)
    record = there.sign(DATA, "clients", data_body("bank", "clients"))
    with pytest.raises(HanseError, match=f"moved to contract {moved.contract} on chain {moved.chain_id}") as refused:
        there.submit(record)
    assert refused.value.code == RegisterMoved.code == "HAN-2033"
    assert "union join" in RegisterMoved.hint
    # The third starts anew, sees it at once, and tells whoever asks.
    third.stop()
    third = alliance.start(2)
    told = at(third, bank).stub.GetFederation(union_pb2.GetFederationRequest())
    assert (told.successor, told.successor_chain_id) == (moved.contract, moved.chain_id)
    with urllib.request.urlopen(f"http://{third.app.endpoints.status}/") as page:
        assert moved.contract in page.read().decode()

    # Both follow by the card of the first, and go on with all that there was.
    card = alliance.card()
    for number, house in ((1, second), (2, third)):
        house.stop()
        join_federation(house.settings.home, card, name="not looked at")
        free_anvil.fund(Account.from_key(read_ledger_key(house.settings.home / RELAY_KEY, None)).address)
        again = House(alliance.folder / f"union-{number}", ledger_url=free_anvil.url, ledger_page_blocks=100)
        alliance.houses[number] = again
        assert [e.record.kind for e in everything(again.settings)][:3] == [MEMBER, 5, 7]
        at(again, bank).submit(record if number == 1 else at(again, bank).sign(DATA, "d", data_body("bank", "d")))
    alliance.houses[0] = House(alliance.folder / "union-0", ledger_url=free_anvil.url, ledger_page_blocks=100)
    assert [entry.sequence for entry in everything(alliance.houses[0].settings)] == [1, 2, 3, 4, 5]
    with pytest.raises(FederationIncomplete, match="another federation"):
        join_federation(second.settings.home, replace(card, salt="00" * 32), name="x")


def test_a_card_of_another_chain(alliance: Alliance, free_anvil: Anvil, tmp_path: Path) -> None:
    card = alliance.card()
    home = tmp_path / "other" / "home"
    join_federation(home, type(card)(**{**asdict(card), "chain_id": 7}), name="Lost")
    settings = UnionSettings(home=home, data=tmp_path / "other" / "data", ledger_url=free_anvil.url)
    app = UnionApp(settings)
    with pytest.raises(WrongChain):
        app.start()
    app.stop()
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    with pytest.raises(FederationIncomplete, match="no card"):
        read_card(broken)
