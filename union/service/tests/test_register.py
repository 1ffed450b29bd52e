"""The register over a real ledger whose node goes away at the worst moment."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from eth_utils.crypto import keccak

from ledger.errors import LedgerUnreachable, WrongNonce
from ledger.record import Kind
from ledger.tests.federation import closing
from union.service.indexing import Indexer
from union.service.register import Register
from union.store.tests.memory import MemoryIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ledger.federation import Succession
    from ledger.record import Posted, Record
    from ledger.registry import Registry
    from ledger.tests.federation import Keys
    from union.store.base import Row


class Flaky:
    """A ledger that takes a record and then cannot be read once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.away = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._registry, name)

    def submit(self, record: Record) -> Posted:
        posted = self._registry.submit(record)
        self.away = True
        return posted

    def read(self, first: int, last: int) -> Iterator[tuple[int, list[Posted]]]:
        if self.away:
            self.away = False
            raise LedgerUnreachable
        return self._registry.read(first, last)


def test_a_record_whose_answer_was_lost_can_be_sent_again(registry: Registry, keys: Keys) -> None:
    ledger = Flaky(registry)
    index = MemoryIndex()
    indexer = Indexer(ledger, index, keccak)  # type: ignore[arg-type]
    register = Register("trial", keys.governance, ledger, index, indexer)  # type: ignore[arg-type]
    record = keys.member("bank")
    with pytest.raises(LedgerUnreachable):
        register.submit("bank", record)
    assert index.head().sequence == 0
    assert register.submit("bank", record).record == record
    assert registry.head().sequence == 1
    keys.nonces["bank"] = 0
    with pytest.raises(WrongNonce):
        register.submit("bank", keys.member("bank", name="Another"))


def follow(indexer: Indexer, index: MemoryIndex) -> None:
    """Follow until a record is indexed."""
    indexer.start(0.01)
    deadline = 500
    while index.head().sequence == 0 and deadline:
        deadline -= 1
        time.sleep(0.01)
    indexer.stop()


def test_following_reports_and_recovers(registry: Registry, keys: Keys) -> None:
    ledger = Flaky(registry)
    index = MemoryIndex()
    indexer = Indexer(ledger, index, keccak)  # type: ignore[arg-type]
    registry.submit(keys.member("bank"))
    ledger.away = True
    follow(indexer, index)
    assert index.head().sequence == 1
    indexer.check()


def test_following_survives_a_database_that_was_away(registry: Registry, keys: Keys) -> None:
    class Away(MemoryIndex):
        failures = 0

        def apply(self, block: int, rows: Sequence[Row]) -> None:
            if self.failures < 2:
                self.failures += 1
                raise sqlite3.OperationalError
            super().apply(block, rows)

    index = Away()
    indexer = Indexer(registry, index, keccak)
    registry.submit(keys.member("bank"))
    follow(indexer, index)
    assert (index.failures, index.head().sequence) == (2, 1)
    indexer.check()


def test_where_the_federation_went_is_asked_until_it_is_known(registry: Registry, keys: Keys) -> None:
    class Forgetful(Flaky):
        answers = 0

        def succession(self) -> Succession | None:
            self.answers += 1
            if self.answers == 1:
                raise LedgerUnreachable
            return self._registry.succession()

    ledger = Forgetful(registry)
    indexer = Indexer(ledger, MemoryIndex(), keccak)  # type: ignore[arg-type]
    registry.submit(keys.member("bank"))
    indexer.catch_up()
    assert ledger.answers == 0
    registry.submit(keys.sign("governor-0", Kind.CLOSING, "1", closing(1)))
    with pytest.raises(LedgerUnreachable):
        indexer.catch_up()
    indexer.catch_up()
    assert indexer.succession is not None
    assert indexer.succession.chain_id == 20200
    indexer.catch_up()
    assert ledger.answers == 2
