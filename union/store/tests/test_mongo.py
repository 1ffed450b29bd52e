"""What is special to MongoDB: no transactions, so every place where a union can be killed is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eth_utils.crypto import keccak

from common.errors import InvalidInput
from ledger.federation import LedgerHead
from union.errors import IndexUnreachable
from union.service.indexing import Indexer
from union.store.base import Query
from union.store.mongo import MongoIndex
from union.store.tests.memory import MemoryIndex
from union.store.tests.test_index import everything, fill
from union.store.tests.wire import WireServer

if TYPE_CHECKING:
    from ledger.registry import Registry
    from ledger.tests.federation import Keys


def test_killed_after_any_write(registry: Registry, keys: Keys) -> None:
    fill(registry, keys)
    whole = MemoryIndex()
    indexer = Indexer(registry, whole, keccak)
    rows = [indexer._row(posted) for _, page in registry.read(0, 99) for posted in page]
    half, block = rows[:4], rows[3].posted.block
    whole.apply(block, half)
    before = everything(whole), whole.head(), whole.standing("bank")
    whole.apply(99, rows)
    after = everything(whole), whole.head(), whole.standing("bank")
    writes = 0
    with WireServer() as server:
        while True:
            index = MongoIndex(server.url(f"db{writes}"))
            index.apply(block, half)
            server.writes_left = writes
            try:
                index.apply(99, rows)
                break
            except IndexUnreachable:
                pass
            # Whoever reads in between sees what was there before, whole.
            assert (everything(index), index.head(), index.standing("bank")) == before
            assert [e.sequence for e in index.list(Query(newest_only=True, limit=9))] == [1, 2, 3, 4]
            index.close()
            server.writes_left = None
            again = MongoIndex(server.url(f"db{writes}"))
            again.apply(99, rows)
            assert (everything(again), again.head(), again.standing("bank")) == after
            assert [e.sequence for e in again.list(Query(newest_only=True, limit=9))] == [2, 3, 5, 6, 9]
            again.close()
            writes += 1
        index.close()
    # Removing what is beyond, five records, and the head: each was the last one once.
    assert writes > 2 * 2 + 5 + 1


def test_a_long_list_comes_in_several_answers(registry: Registry, keys: Keys) -> None:
    fill(registry, keys)
    with WireServer() as server:
        server.page = 5
        index = MongoIndex(server.url("long"))
        Indexer(registry, index, keccak).catch_up()
        assert [entry.sequence for entry in everything(index)] == [1, 2, 3, 4, 5, 6, 9]
        assert "getMore" in server.seen
        index.close()


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("union.store.mongo._ANSWER_MS", 300)
    with WireServer() as server:
        index = MongoIndex(server.url("away"))
        assert index.head() == LedgerHead(0, -1)
        server.away = True
        with pytest.raises(IndexUnreachable):
            index.check()
        index.close()
    # Port 9 (discard) is closed here.
    with pytest.raises(IndexUnreachable):
        MongoIndex("mongodb://127.0.0.1:9/union")


@pytest.mark.parametrize("url", ["mongodb://", "mongodb://host:port/x"])
def test_no_url_of_a_database(url: str) -> None:
    with pytest.raises(InvalidInput, match="database_url"):
        MongoIndex(url)
