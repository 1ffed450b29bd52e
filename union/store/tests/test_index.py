"""What every index has to do, from a real ledger's records."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest
from eth_utils.crypto import keccak

from ledger.errors import LedgerMismatch
from ledger.federation import LedgerHead
from ledger.record import Entry, Kind, MemberStatus, Posted
from ledger.tests.federation import closing
from union.service.indexing import Indexer
from union.store.base import Query, Standing
from union.store.mongo import MongoIndex
from union.store.sql import SqlIndex
from union.store.tests.memory import MemoryIndex
from union.store.tests.wire import WireServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger.registry import Registry
    from ledger.tests.federation import Keys
    from union.store.base import Index

ALL = Query(limit=10**6)


class OpenIndex(Protocol):
    def __call__(self, name: str = ...) -> Index: ...


@pytest.fixture(params=["sql", "mongo", "memory"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenIndex]:
    """Give a function that opens the index of a name again over the same data."""
    with ExitStack() as closing:
        kept: dict[str, MemoryIndex] = {}
        server = closing.enter_context(WireServer()) if request.param == "mongo" else None

        def again(name: str = "index") -> Index:
            if request.param == "memory":
                return kept.setdefault(name, MemoryIndex())
            opened = MongoIndex(server.url(name)) if server else SqlIndex(f"sqlite:///{tmp_path}/{name}.db")
            closing.callback(opened.close)
            return opened

        yield again


def fill(registry: Registry, keys: Keys) -> None:
    for member in ("bank", "bureau"):
        registry.submit(keys.member(member))
    registry.submit(keys.admission("bank"))
    registry.submit(keys.data("bank", "clients"))
    registry.submit(keys.data("bank", "cards", name="Cards 100%", tags=["x_y"]))
    registry.submit(keys.data("bank", "clients", version="2", visibility="withdrawn"))
    # Written past the union: no canonical JSON, and a word put into another's mouth.
    registry.submit(keys.sign("bank", Kind.PROJECT, "broken", b"not json"))
    registry.submit(keys.data("bank", "stolen", member="bureau"))
    registry.submit(keys.member("bank", name="The Bank"))


def everything(index: Index) -> list[Entry]:
    return index.list(ALL)


class Paged:
    """A ledger that is read one block at a time and breaks off after some."""

    def __init__(self, registry: Registry, blocks: int = 10**6) -> None:
        self._registry = registry
        self._left = blocks

    def __getattr__(self, name: str) -> object:
        return getattr(self._registry, name)

    def read(self, first: int, last: int) -> Iterator[tuple[int, list[Posted]]]:
        for block in range(first, last + 1):
            if self._left == 0:
                raise ConnectionError
            self._left -= 1
            yield block, [one for _, page in self._registry.read(block, block) for one in page]


def test_answers(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    Indexer(registry, index, keccak).catch_up()
    assert index.head() == registry.head() == LedgerHead(9, 10)
    assert [entry.sequence for entry in everything(index)] == [1, 2, 3, 4, 5, 6, 9]

    bank = index.find(Kind.MEMBER, "bank")
    assert bank is not None
    assert (bank.sequence, bank.status, bank.member, bank.block) == (9, "admitted", "bank", 10)
    clients = index.find(Kind.DATA_RESOURCE, "clients")
    assert clients is not None
    assert (clients.sequence, clients.status) == (6, "closed")
    assert index.find(Kind.DATA_RESOURCE, "stolen") is None
    assert index.find(Kind.PROJECT, "broken") is None
    assert index.find(Kind.MEMBER, "clients") is None
    assert index.find_signed(keys.address("bank"), 1) == everything(index)[3]
    assert index.find_signed(keys.address("bank"), 99) is None

    assert index.standing("bureau") == Standing("bureau", MemberStatus.PENDING)
    assert index.standing("nobody") is None
    assert (index.count(MemberStatus.PENDING), index.count(MemberStatus.FROZEN)) == (1, 0)


def test_lists(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    Indexer(registry, index, keccak).catch_up()

    def sequences(**query: object) -> list[int]:
        return [entry.sequence for entry in index.list(Query(**{"limit": 100, **query}))]  # type: ignore[arg-type]

    assert sequences(kind=int(Kind.MEMBER)) == [1, 2, 9]
    assert sequences(kind=int(Kind.MEMBER), newest_only=True) == [2, 9]
    assert sequences(member="bureau") == [2]
    assert sequences(after=4, limit=2) == [5, 6]
    assert sequences(text="CREDIT", newest_only=True) == [6]
    assert sequences(text="100%") == [5]
    # The wildcards of SQL are plain letters here.
    assert sequences(text="%%") == []
    assert sequences(text="x_y") == [5]
    assert sequences(text="x-y") == []


def test_applying_twice_changes_nothing(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    indexer = Indexer(registry, index, keccak)
    indexer.catch_up()
    before = everything(index)
    indexer.catch_up()
    for block, page in registry.read(0, registry.head().block):
        index.apply(block, [indexer._row(posted) for posted in page])
    assert everything(index) == before
    assert index.head() == registry.head()


def test_restarts_at_any_block(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    whole = MemoryIndex()
    Indexer(registry, whole, keccak).catch_up()
    last = registry.head().block
    for blocks in range(last + 1):
        with pytest.raises(ConnectionError):
            Indexer(Paged(registry, blocks), open_index(f"b{blocks}"), keccak).catch_up()  # type: ignore[arg-type]
        second = open_index(f"b{blocks}")
        Indexer(Paged(registry), second, keccak).catch_up()  # type: ignore[arg-type]
        assert second.head() == registry.head()
        assert everything(second) == everything(whole)


def test_rebuilds(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    indexer = Indexer(registry, index, keccak)
    indexer.catch_up()
    before = everything(index)
    index.clear()
    assert everything(index) == []
    assert index.head().sequence == 0
    assert indexer.rebuild() == 9
    assert everything(index) == before
    assert everything(open_index()) == before


def test_a_gap_is_no_answer(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    indexer = Indexer(registry, index, keccak)
    rows = [indexer._row(posted) for _, page in registry.read(0, 99) for posted in page]
    with pytest.raises(LedgerMismatch):
        index.apply(9, [rows[0], rows[2]])
    assert index.head().sequence == 0
    assert everything(index) == []


def test_a_ledger_that_was_rolled_back_is_refused(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    index = open_index()
    indexer = Indexer(registry, index, keccak)
    indexer.catch_up()
    index.apply(registry.head().block + 5, [])
    with pytest.raises(LedgerMismatch, match="index at record 9"):
        indexer.catch_up()


def test_the_same_id_of_two_members(registry: Registry, keys: Keys, open_index: OpenIndex) -> None:
    fill(registry, keys)
    registry.submit(keys.admission("bureau"))
    theirs = registry.submit(keys.data("bureau", "clients", name="Another thing"))
    registry.submit(keys.sign("governor-0", Kind.CLOSING, "1", closing(1)))
    index = open_index()
    Indexer(registry, index, keccak).catch_up()
    ours = index.find(Kind.DATA_RESOURCE, "clients", "bank")
    other = index.find(Kind.DATA_RESOURCE, "clients", "bureau")
    assert ours is not None
    assert other is not None
    assert (ours.sequence, ours.member, other.sequence, other.member) == (6, "bank", theirs.sequence, "bureau")
    assert index.find(Kind.DATA_RESOURCE, "clients", "retailer") is None
    newest = index.list(Query(kind=int(Kind.DATA_RESOURCE), newest_only=True))
    assert [entry.sequence for entry in newest] == [5, 6, theirs.sequence]
    # What is governance's belongs to no member, and is listed as well.
    closed = index.find(Kind.CLOSING, "1")
    assert closed is not None
    assert (closed.sequence, closed.member, closed.status) == (12, "", "active")
    assert everything(index)[-1] == closed
