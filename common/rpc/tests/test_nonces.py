"""Nonce stores: the same behaviour in memory and in SQLite, which survives a restart."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.rpc import MemoryNonceStore, SqlNonceStore
from common.rpc.nonces import NonceStore
from common.rpc.wire import now_ms


@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_each_nonce_once(tmp_path: Path, kind: str) -> None:
    store: NonceStore = MemoryNonceStore() if kind == "memory" else SqlNonceStore(tmp_path / "nonces.db")
    later = now_ms() + 1000
    assert store.first_use("a", later)
    assert not store.first_use("a", later)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.first_use("b", later), range(40))) == 1
    if isinstance(store, SqlNonceStore):
        store.close()


def test_survives_a_restart_and_forgets_what_expired(tmp_path: Path) -> None:
    first = SqlNonceStore(tmp_path / "nonces.db")
    first.first_use("new", now_ms() + 60_000)
    first.first_use("old", now_ms() - 1)
    first.close()
    second = SqlNonceStore(tmp_path / "nonces.db")
    assert not second.first_use("new", now_ms() + 60_000)
    assert second.first_use("old", now_ms() + 60_000)
    second.close()
