"""Keeps the read index up to date with the ledger."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from common import log
from common.errors import HanseError
from common.loops import Loop
from ledger.bodies import parse_body, search_text, speaker, status_of
from ledger.errors import RecordInvalid
from ledger.record import Kind
from union.errors import LedgerRolledBack
from union.store.base import Query, Row

if TYPE_CHECKING:
    from ledger.federation import LedgerHead, Succession
    from ledger.ports import Ledger
    from ledger.record import Posted
    from union.service.hashing import Hash
    from union.store.base import Index

_LOG = log.get(__name__)


class Indexer:
    """Reads new blocks into the index, when asked and every few seconds.

    Parameters
    ----------
    ledger : Ledger
        Where records stand.
    index : Index
        Where they are arranged. It remembers how far it has come, so that a restart goes on from there.
    hash_of : Hash
        keccak256, by which the contract names members.

    Attributes
    ----------
    succession : Succession or None
        Where the federation went, once the contract is closed.
    """

    def __init__(self, ledger: Ledger, index: Index, hash_of: Hash) -> None:
        self._ledger = ledger
        self._index = index
        self._hash_of = hash_of
        self._lock = threading.Lock()
        self._loop: Loop | None = None
        self._failure: Exception | None = None
        self.succession: Succession | None = None
        self._leaving = False

    def catch_up(self) -> None:
        """Index all that the ledger holds now. A ledger that holds less than before is refused."""
        with self._lock:
            there, here = self._ledger.head(), self._index.head()
            if there.sequence < here.sequence or there.block < here.block:
                raise LedgerRolledBack(
                    f"the ledger ends at record {there.sequence} (block {there.block}), "
                    f"the index at record {here.sequence} (block {here.block})"
                )
            if there.block != here.block:
                self._read_on(here, there)
            if self._leaving and self.succession is None:
                self._see_where_it_went()

    def _read_on(self, here: LedgerHead, there: LedgerHead) -> None:
        self._compare_newest(here.sequence)
        for block, page in self._ledger.read(here.block + 1, there.block):
            self._index.apply(block, [self._row(posted) for posted in page])
            # Asked for until it is answered, as the node may go away in between, or other governors have to sign.
            self._leaving |= any(self._closes(posted) for posted in page)

    def _closes(self, posted: Posted) -> bool:
        # Those of earlier generations were copied along.
        return posted.record.kind == Kind.CLOSING and posted.record.record_id == str(self._ledger.generation)

    def _see_where_it_went(self) -> None:
        self.succession = self._ledger.succession()
        if self.succession is not None:
            _LOG.warning("register_moved", contract=self.succession.contract, chain_id=self.succession.chain_id)

    def _compare_newest(self, sequence: int) -> None:
        """See that the newest record still stands where it was read: a chain may replace its last blocks."""
        newest = self._index.list(Query(after=sequence - 1, limit=1)) if sequence else []
        for entry in newest:
            pages = self._ledger.read(entry.block, entry.block)
            there = [posted for _, page in pages for posted in page if posted.sequence == entry.sequence]
            if [(posted.record, posted.transaction) for posted in there] != [(entry.record, entry.transaction)]:
                raise LedgerRolledBack(f"block {entry.block} does not hold record {entry.sequence} any more")

    def rebuild(self) -> int:
        """Forget the index and read the ledger from its beginning; return the number of records."""
        with self._lock:
            self._index.clear()
        self.catch_up()
        return self._index.head().sequence

    def _row(self, posted: Posted) -> Row:
        try:
            body = parse_body(posted.record)
        except RecordInvalid:
            return Row(posted, valid=False)
        # Whoever wrote past the union may have named another member in the body.
        named = speaker(body)
        expected = self._hash_of(named.encode()) if named else bytes(len(posted.member_hash))
        if posted.record.kind != Kind.ADMISSION and expected != posted.member_hash:
            return Row(posted, valid=False)
        return Row(posted, valid=True, status=status_of(body), text=search_text(body))

    def start(self, interval_s: float) -> None:
        """Follow the ledger: other unions may write to it too, and may have left it while this one did not run."""
        self._see_where_it_went()
        self._loop = Loop("indexer", lambda: self._follow(interval_s), first_s=interval_s)
        self._loop.start()

    def stop(self) -> None:
        """Follow no more."""
        if self._loop is not None:
            self._loop.close()

    def check(self) -> None:
        """Raise what kept the last round from succeeding."""
        if self._failure is not None:
            raise self._failure

    def _follow(self, interval_s: float) -> float:
        try:
            self.catch_up()
        except HanseError as error:
            if not isinstance(self._failure, HanseError) or self._failure.code != error.code:
                _LOG.warning("ledger_not_followed", code=error.code, detail=error.detail)
            self._failure = error
        except Exception as problem:  # noqa: BLE001  a database's driver raises its own; it may come back
            if not isinstance(self._failure, type(problem)):
                _LOG.warning("ledger_not_followed", exc_info=problem)
            self._failure = problem
        else:
            self._failure = None
        return interval_s
