"""What is special to the embedded chain: its file, its lock, and being killed."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from web3.exceptions import MethodUnavailable, Web3RPCError

from ledger.chain import EmbeddedChain
from ledger.embedded import EmbeddedNode
from ledger.errors import LedgerInUse, LedgerRefused
from ledger.registry import Registry

WRITER = """
import sys
import threading
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


def test_blocks_made_at_once_are_all_kept(tmp_path: Path) -> None:
    """Threads that share the chain itself, without the lock of the JSON-RPC provider around it."""
    senders = [Account.create() for _ in range(4)]
    node = EmbeddedNode(tmp_path / "chain.sqlite", secrets.token_hex(32))
    fields: dict[str, Any] = {
        "chainId": 20200, "gas": 21000, "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 0, "type": 2,
    }  # fmt: skip
    for nonce, sender in enumerate(senders):
        give = {**fields, "nonce": nonce, "to": sender.address, "value": 10**18}
        node.web3.eth.send_raw_transaction(node.relay.sign_transaction(give).raw_transaction)
    acknowledged: list[str] = []
    failures: list[BaseException] = []

    def write(sender: Any) -> None:
        try:
            for nonce in range(6):
                gift = {**fields, "nonce": nonce, "to": "0x" + "22" * 20, "value": 1}
                acknowledged.append(node._chain.send(bytes(sender.sign_transaction(gift).raw_transaction)))
                node._chain.account(bytes.fromhex(sender.address[2:]))
        except BaseException as problem:
            failures.append(problem)
            raise

    threads = [threading.Thread(target=write, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(set(acknowledged)) == 24
    # What was acknowledged stands in a block, and has had its effect.
    assert node.web3.eth.get_balance("0x" + "22" * 20) == 24  # type: ignore[arg-type]
    assert node.web3.eth.block_number == 4 + 24
    held = [str(one.to_0x_hex()) for n in range(1, 29) for one in node.web3.eth.get_block(n)["transactions"]]  # type: ignore[union-attr]
    assert set(acknowledged) <= set(held)
    node.close()


def test_a_block_that_could_not_be_kept_does_not_stop_the_next(tmp_path: Path) -> None:
    path = tmp_path / "chain.sqlite"
    node = EmbeddedNode(path, secrets.token_hex(32))
    fields: dict[str, Any] = {
        "nonce": 0, "chainId": 20200, "to": "0x" + "11" * 20, "value": 5, "gas": 21000,
        "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 0, "type": 2,
    }  # fmt: skip
    raw = bytes(node.relay.sign_transaction(fields).raw_transaction)
    # A deferred rule is looked at when the transaction commits, as a full disk is.
    node._chain.file._sql.executescript(
        "pragma foreign_keys = on; create table one (id integer primary key);"
        "create table other (id integer references one deferrable initially deferred);"
        "create trigger spoil after insert on transactions begin insert into other values (9); end;"
    )
    with pytest.raises(sqlite3.IntegrityError):
        node._chain.send(raw)
    node._chain.file._sql.execute("drop trigger spoil")
    assert node._chain.head().block_number == 0
    node._chain.send(raw)
    assert node._chain.head().block_number == 1
    node.close()
