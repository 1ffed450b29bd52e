"""Nonces that were seen: each may be used once within the clock window."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from common.rpc.wire import now_ms
from common.sql import open_database

METADATA = sa.MetaData()
NONCES = sa.Table(
    "nonces",
    METADATA,
    sa.Column("nonce", sa.String(160), primary_key=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False, index=True),
)
_SWEEP_EVERY = 1000


class NonceStore(Protocol):
    """Remembers nonces until they expire."""

    def first_use(self, nonce: str, expires_ms: int) -> bool:
        """Remember the nonce; False when it is known already."""
        ...


class SqlNonceStore:
    """Nonces in a database: shared by the processes of a service, and kept over a restart.

    With SQLite a power failure may lose the last instants' nonces (WAL, synchronous=NORMAL); a killed process none.

    Parameters
    ----------
    where : Path or Engine
        An SQLite file (made when missing), or the service's own database; the table ``nonces`` is made when missing.
    """

    def __init__(self, where: Path | sa.Engine) -> None:
        self._engine = open_database(f"sqlite:///{where}") if isinstance(where, Path) else where
        METADATA.create_all(self._engine)
        self._lock = threading.Lock()
        self._since_sweep = 0
        self._sweep()

    def first_use(self, nonce: str, expires_ms: int) -> bool:
        """Remember the nonce; False when it is known already."""
        with self._lock:
            self._since_sweep += 1
            if self._since_sweep >= _SWEEP_EVERY:
                self._sweep()
            try:
                with self._engine.begin() as connection:
                    connection.execute(NONCES.insert(), {"nonce": nonce, "expires_ms": expires_ms})
            except sa.exc.IntegrityError:
                return False
            return True

    def _sweep(self) -> None:
        self._since_sweep = 0
        with self._engine.begin() as connection:
            connection.execute(NONCES.delete().where(NONCES.c.expires_ms < now_ms()))

    def close(self) -> None:
        """Close the database's connections."""
        self._engine.dispose()


class MemoryNonceStore:
    """Nonces in memory, for tests."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()

    def first_use(self, nonce: str, expires_ms: int) -> bool:
        """Remember the nonce; False when it is known already."""
        with self._lock:
            if nonce in self._seen:
                return False
            self._seen[nonce] = expires_ms
            return True
