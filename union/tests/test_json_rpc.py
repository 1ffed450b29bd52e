"""What a remote node can get wrong, each with its own name and next step."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils.crypto import keccak

from ledger.errors import (
    ForeignContract,
    LedgerMismatch,
    LedgerUnreachable,
    RegisterNotOpen,
    RelayUnfunded,
    WrongChain,
    WrongNonce,
)
from ledger.json_rpc import JsonRpcNode
from ledger.opening import chain_of, open_registry
from ledger.record import Kind
from ledger.registry import Registry, deploy_registry
from ledger.tests.anvil_node import CHAIN_ID, Anvil
from ledger.tests.federation import Keys, closing
from ledger.tests.fisco import MAX_BATCH, PAGE_BLOCKS, FiscoFront
from ledger.tests.in_thread import InThread
from union.errors import LedgerRolledBack
from union.service.indexing import Indexer
from union.store.tests.memory import MemoryIndex

if TYPE_CHECKING:
    from collections.abc import Iterator


def funded(anvil: Anvil) -> JsonRpcNode:
    node = JsonRpcNode(anvil.url, secrets.token_hex(32))
    anvil.fund(node.relay.address)
    return node


def test_a_node_that_is_away(keys: Keys) -> None:
    # Port 9 (discard) is closed here.
    node = JsonRpcNode("http://127.0.0.1:9", keys.key("relay"), timeout_s=1)
    registry = Registry(node, "0x" + "12" * 20)
    with pytest.raises(LedgerUnreachable):
        registry.head()
    with pytest.raises(LedgerUnreachable):
        registry.submit(keys.member("bank"))
    with pytest.raises(LedgerUnreachable):
        list(registry.read(0, 5))
    with pytest.raises(LedgerUnreachable):
        open_registry(node, keys.governance)


class _Page(BaseHTTPRequestHandler):
    said: tuple[int, bytes]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.said[0])
        self.end_headers()
        self.wfile.write(self.said[1])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Pages(InThread, HTTPServer):
    """Serves one page."""


@pytest.fixture(params=[(200, b"<html>welcome</html>"), (404, b"no"), (200, b"{}"), (200, b""), (200, b"[1]")])
def no_node(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Said", (_Page,), {"said": request.param})
    with _Pages(("127.0.0.1", 0), handler) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"


def test_something_else_behind_the_url(no_node: str, keys: Keys) -> None:
    with pytest.raises(LedgerUnreachable):
        open_registry(JsonRpcNode(no_node, keys.key("relay")), keys.governance)


def test_another_chain(anvil: Anvil, keys: Keys) -> None:
    node = funded(anvil)
    assert chain_of(node) == CHAIN_ID
    with pytest.raises(WrongChain, match=f"chain {CHAIN_ID}, the register to chain 7"):
        open_registry(node, keys.governance, chain_id=7)


def test_an_account_without_gas_money(anvil: Anvil, free_anvil: Anvil, keys: Keys) -> None:
    node = JsonRpcNode(anvil.url, secrets.token_hex(32))
    with pytest.raises(RelayUnfunded, match=node.relay.address) as told:
        open_registry(node, keys.governance)
    assert "Fund it" in told.value.hint
    with FiscoFront(free_anvil, priority_fee=True, needs_balance=True) as front:
        empty = JsonRpcNode(front.url, secrets.token_hex(32), timestamp_unit_ms=1)
        with pytest.raises(RelayUnfunded, match=empty.relay.address):
            open_registry(empty, keys.governance)


def test_another_federations_contract(anvil: Anvil, keys: Keys) -> None:
    node = funded(anvil)
    address, block = deploy_registry(node, Keys().governance)
    with pytest.raises(ForeignContract, match="another salt"):
        open_registry(node, keys.governance, address, block)
    with pytest.raises(LedgerMismatch, match="no contract at"):
        open_registry(node, keys.governance, "0x" + "12" * 20)
    # Returns one word whatever it is asked: a contract of another kind.
    anvil.call("anvil_setCode", "0x" + "34" * 20, "0x60206000f3")
    with pytest.raises(ForeignContract):
        open_registry(node, keys.governance, "0x" + "34" * 20)


def test_a_contract_is_found_again_after_a_start_that_was_cut_off(anvil: Anvil, keys: Keys) -> None:
    node = funded(anvil)
    made = open_registry(node, keys.governance)
    assert open_registry(node, keys.governance).address == made.address


def test_a_chain_that_was_rolled_back(keys: Keys) -> None:
    with Anvil() as anvil:
        registry = Registry(node := funded(anvil), *deploy_registry(node, keys.governance))
        indexer = Indexer(registry, MemoryIndex(), keccak)
        registry.submit(keys.member("bank"))
        snapshot = anvil.call("evm_snapshot")
        registry.submit(keys.admission("bank"))
        indexer.catch_up()
        assert anvil.call("evm_revert", snapshot)
        with pytest.raises(LedgerRolledBack, match="ends at record 1"):
            indexer.catch_up()
        # Other blocks in place of the last ones: the head is as high as before, its content another.
        registry.submit(keys.member("bureau"))
        anvil.call("anvil_mine", "0x2")
        with pytest.raises(LedgerRolledBack, match="does not hold record 2"):
            indexer.catch_up()
        assert indexer.rebuild() == 2


def test_two_relays_and_one_record(anvil: Anvil, keys: Keys) -> None:
    """The same record through two nodes in one block: the slower one is told what the contract holds against it."""
    first = funded(anvil)
    address, block = deploy_registry(first, keys.governance)
    one, other = Registry(first, address, block), Registry(funded(anvil), address, block)
    record = keys.member("bank")
    anvil.call("evm_setAutomine", False)  # noqa: FBT003  JSON-RPC's order
    refused: list[BaseException] = []

    def submit(registry: Registry) -> None:
        try:
            registry.submit(record)
        except WrongNonce as error:
            refused.append(error)

    threads = [threading.Thread(target=submit, args=(registry,)) for registry in (one, other)]
    for thread in threads:
        thread.start()
    while int(anvil.call("txpool_status")["pending"], 16) < 2:
        threads[0].join(0.02)
    anvil.call("evm_setAutomine", True)  # noqa: FBT003
    anvil.call("anvil_mine", "0x1")
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert one.head().sequence == 1


def test_an_account_used_by_two_processes(anvil: Anvil, keys: Keys) -> None:
    relay = secrets.token_hex(32)
    nodes = [JsonRpcNode(anvil.url, relay) for _ in range(2)]
    anvil.fund(nodes[0].relay.address)
    address, block = deploy_registry(nodes[0], keys.governance)
    records = [[keys.member(f"m{n}-{k}") for k in range(6)] for n in range(2)]
    registries = [Registry(node, address, block) for node in nodes]

    def submit(number: int) -> None:
        for record in records[number]:
            registries[number].submit(record)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registries[0].head().sequence == 12


class TestTheFront:
    """The double must be as strict as what it stands for, or the suite above says nothing."""

    @pytest.fixture
    def front(self, free_anvil: Anvil) -> Iterator[FiscoFront]:
        with FiscoFront(free_anvil, priority_fee=False, needs_balance=True) as front:
            yield front

    def ask(self, front: FiscoFront, method: str, *params: Any) -> Any:
        return front.answer({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})

    def test_what_it_refuses(self, front: FiscoFront) -> None:
        for method in ("eth_maxPriorityFeePerGas", "eth_feeHistory", "eth_getBlockReceipts", "debug_traceCall"):
            assert self.ask(front, method)["error"]["code"] == -32601
        whole = {"fromBlock": "0x0", "toBlock": "0x1", "address": "0x" + "12" * 20, "topics": []}
        for missing in whole:
            query = {key: value for key, value in whole.items() if key != missing}
            assert self.ask(front, "eth_getLogs", query)["error"]["code"] == -32602
        one = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}
        assert front.answer([one] * (MAX_BATCH + 1))["error"]["code"] == -32600
        assert len(front.answer([one] * MAX_BATCH)) == MAX_BATCH

    def test_a_long_range_is_answered_in_part(self, front: FiscoFront, free_anvil: Anvil, keys: Keys) -> None:
        node = JsonRpcNode(front.url, secrets.token_hex(32), page_blocks=1000, timestamp_unit_ms=1, legacy_gas=True)
        free_anvil.fund(node.relay.address, 1)
        greedy = Registry(node, *deploy_registry(node, keys.governance))
        for number in range(PAGE_BLOCKS + 3):
            greedy.submit(keys.member(f"m{number}"))
        assert greedy.head().sequence == PAGE_BLOCKS + 3
        found = [posted for _, page in greedy.read(0, greedy.head().block) for posted in page]
        assert len(found) < PAGE_BLOCKS + 3


def test_nobody_else_writes_to_a_contract_that_a_move_is_filling(anvil: Anvil, keys: Keys) -> None:
    mover, stranger = (JsonRpcNode(anvil.url, secrets.token_hex(32), page_blocks=1000) for _ in range(2))
    for node in (mover, stranger):
        anvil.fund(node.relay.address)
    address, block = deploy_registry(mover, keys.governance, 2)
    with pytest.raises(RegisterNotOpen):
        Registry(stranger, address, block).submit(keys.member("bank"))
    keys.nonces["bank"] = 0
    Registry(mover, address, block).submit(keys.member("bank"))
    opening = {**closing(1), "successor": address.lower()}
    Registry(mover, address, block).submit(keys.sign("governor-0", Kind.CLOSING, "1", opening))
    Registry(stranger, address, block).submit(keys.admission("bank"))
