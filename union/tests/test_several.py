"""Several unions on one ledger: each with an identity, a relaying account and an index of its own."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account

from common.keyfiles import read_ledger_key
from union.app import UnionApp
from union.errors import FederationIncomplete, WrongChain, WrongNonce
from union.settings import UnionSettings
from union.store.base import Query
from union.store.files import (
    RELAY_KEY,
    create_federation,
    federation_card,
    join_federation,
    read_card,
)
from union.store.sql import SqlIndex
from union.tests.federation import data_body
from union.tests.test_union import DATA, MEMBER, House, Party

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from union.domain.record import Entry
    from union.ledger.tests.anvil_node import Anvil

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
