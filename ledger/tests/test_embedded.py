"""What is special to the embedded chain: its file, its lock, and being killed."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from web3.exceptions import MethodUnavailable, Web3RPCError

from ledger.chain import EmbeddedChain
from ledger.embedded import EmbeddedNode
from ledger.errors import LedgerInUse, LedgerRefused
from ledger.registry import Registry

WRITER = """
import sys
from pathlib import Path
from ledger.record import Kind
from ledger.registry import Registry, deploy_registry
from ledger.embedded import EmbeddedNode
from ledger.tests.federation import Keys
keys = Keys()
node = EmbeddedNode(Path(sys.argv[1]), sys.argv[2])
registry = Registry(node, *deploy_registry(node, keys.governance))
print(registry.address, flush=True)
for number in range(100000):
    posted = registry.submit(keys.sign("bank", Kind.MEMBER, "bank", b"x" * 2000))
    print(posted.sequence, flush=True)
"""


def test_survives_kill_9_in_the_middle_of_writing(tmp_path: Path) -> None:
    relay = secrets.token_hex(32)
    path = tmp_path / "chain.sqlite"
    for _ in range(2):
        path.unlink(missing_ok=True)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), relay],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        address = writer.stdout.readline().strip()
        acknowledged = 0
        while acknowledged < 15:
            acknowledged = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        acknowledged = max([acknowledged, *(int(line) for line in rest)])

        node = EmbeddedNode(path, relay)
        registry = Registry(node, address)
        head = registry.head()
        # All that was answered is there; at most the block in the making is more.
        assert head.sequence in (acknowledged, acknowledged + 1)
        posted = [one for _, page in registry.read(0, head.block) for one in page]
        assert [one.sequence for one in posted] == list(range(1, head.sequence + 1))
        nonce = node.web3.eth.get_transaction_count(node.relay.address)
        assert nonce == head.block
        registry.close()
        check = sqlite3.connect(path)
        assert check.execute("pragma integrity_check").fetchone() == ("ok",)
        check.close()


def test_one_process_owns_the_file(tmp_path: Path) -> None:
    chain = EmbeddedChain(tmp_path / "chain.sqlite", bytes(20))
    with pytest.raises(LedgerInUse):
        EmbeddedChain(tmp_path / "chain.sqlite", bytes(20))
    chain.close()
    EmbeddedChain(tmp_path / "chain.sqlite", bytes(20)).close()


@pytest.mark.parametrize("raw", [b"", b"\x02", b"\xff\xff", b"\x02\xc0", b"\xc0", bytes(100), b"\x01" + bytes(30)])
def test_refuses_what_is_no_transaction(tmp_path: Path, raw: bytes) -> None:
    chain = EmbeddedChain(tmp_path / "chain.sqlite", bytes(20))
    with pytest.raises(LedgerRefused):
        chain.send(raw)
    assert chain.head().block_number == 0
    chain.close()


def test_a_refused_transaction_does_not_stop_the_chain(tmp_path: Path) -> None:
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    fields: dict[str, Any] = {
        "nonce": 7, "chainId": 20200, "to": "0x" + "11" * 20, "value": 5, "gas": 21000,
        "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 0, "type": 2,
    }  # fmt: skip
    with pytest.raises(Web3RPCError, match="nonce"):
        node.web3.eth.send_raw_transaction(node.relay.sign_transaction(fields).raw_transaction)
    good = node.relay.sign_transaction({**fields, "nonce": 0}).raw_transaction
    receipt = node.web3.eth.wait_for_transaction_receipt(node.web3.eth.send_raw_transaction(good))
    assert (receipt["status"], receipt["blockNumber"]) == (1, 1)
    assert node.web3.eth.get_balance("0x" + "11" * 20) == 5  # type: ignore[arg-type]
    assert node.web3.eth.get_transaction(receipt["transactionHash"])["value"] == 5
    assert node.web3.eth.get_block(1)["transactions"] == [receipt["transactionHash"]]
    with pytest.raises(MethodUnavailable):
        node.web3.eth.sign("0x" + "11" * 20, text="x")
    node.close()
