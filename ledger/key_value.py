"""The embedded chain's file: py-evm's key-value pairs and an index of transactions and logs, in one SQLite database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eth.db.backends.base import BaseDB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCHEMA = """
create table if not exists pairs (key blob primary key, value blob not null) without rowid;
create table if not exists transactions (
    hash text primary key, block integer not null, body text not null, receipt text not null
) without rowid;
create table if not exists logs (
    block integer not null, position integer not null, address text not null, topics text not null, entry text not null,
    primary key (block, position)
) without rowid;
create index if not exists logs_by_address on logs (address, block, position);
"""


class ChainFile(BaseDB):
    """py-evm's database over SQLite. A block is one transaction, so that a killed process leaves whole blocks only."""

    def __init__(self, path: Path) -> None:
        # Threads share the connection under the chain's lock; autocommit mode leaves the transactions to `transaction`.
        self._sql = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._sql.execute("pragma journal_mode = wal")
        # The register answers "it is on the ledger": that has to survive a power cut as well.
        self._sql.execute("pragma synchronous = full")
        self._sql.executescript(_SCHEMA)

    def __getitem__(self, key: bytes) -> bytes:
        """Return the value of `key`."""
        row = self._sql.execute("select value from pairs where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        value: bytes = row[0]
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        """Set the value of `key`."""
        self._sql.execute("insert or replace into pairs values (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        """Remove `key`."""
        if self._sql.execute("delete from pairs where key = ?", (key,)).rowcount == 0:
            raise KeyError(key)

    def _exists(self, key: bytes) -> bool:
        return self._sql.execute("select 1 from pairs where key = ?", (key,)).fetchone() is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all writes inside, or none."""
        self._sql.execute("begin immediate")
        try:
            yield
            self._sql.execute("commit")
        except BaseException:  # whatever ends it, half a block must not stay; raised again
            # A commit that failed (a full disk) leaves the transaction open, and every later block would fail with it.
            if self._sql.in_transaction:
                self._sql.execute("rollback")
            raise

    def add_transaction(self, block: int, body: dict[str, Any], receipt: dict[str, Any]) -> None:
        """Index a transaction, its receipt and its logs, all as JSON-RPC objects."""
        self._sql.execute(
            "insert into transactions values (?, ?, ?, ?)",
            (body["hash"], block, json.dumps(body), json.dumps(receipt)),
        )
        for position, entry in enumerate(receipt["logs"]):
            self._sql.execute(
                "insert into logs values (?, ?, ?, ?, ?)",
                (block, position, entry["address"].lower(), json.dumps(entry["topics"]), json.dumps(entry)),
            )

    def find_transaction(self, transaction_hash: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return the transaction and its receipt."""
        row = self._sql.execute(
            "select body, receipt from transactions where hash = ?", (transaction_hash.lower(),)
        ).fetchone()
        return None if row is None else (json.loads(row[0]), json.loads(row[1]))

    def find_logs(self, first_block: int, last_block: int, addresses: list[str]) -> Iterator[dict[str, Any]]:
        """Yield the logs of some contracts (none named: of all) in the order they were written."""
        places = ",".join("?" for _ in addresses)
        where = f" and address in ({places})" if addresses else ""
        rows = self._sql.execute(
            f"select entry from logs where block between ? and ?{where} order by block, position",  # noqa: S608 (only question marks)
            (first_block, last_block, *(address.lower() for address in addresses)),
        )
        for (entry,) in rows:
            yield json.loads(entry)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()
