"""The nodes that the conformance suite runs over: embedded, anvil, and anvil with the habits of two FISCO BCOS ages."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest
from eth_account import Account

from ledger.embedded import EmbeddedNode
from ledger.json_rpc import JsonRpcNode
from ledger.tests.fisco import PAGE_BLOCKS, FiscoFront

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ledger.ports import Node
    from ledger.tests.anvil_node import Anvil


@pytest.fixture(params=["embedded", "anvil", "fisco-3.16.4", "fisco-3.9"])
def open_node(
    request: pytest.FixtureRequest, tmp_path: Path, anvil: Anvil, free_anvil: Anvil
) -> Iterator[Callable[[], Node]]:
    """Give a function that opens the node, again and again over the same data."""
    relay = secrets.token_hex(32)
    account = Account.from_key(relay).address
    if request.param == "embedded":
        yield lambda: EmbeddedNode(tmp_path / "chain.sqlite", relay)
    elif request.param == "anvil":
        anvil.fund(account)
        yield lambda: JsonRpcNode(anvil.url, relay, page_blocks=1000)
    else:
        new = request.param == "fisco-3.16.4"
        if new:
            free_anvil.fund(account, 1)
        # There an address need not follow from sender and nonce, so the client may not reckon on it.
        free_anvil.call("anvil_setNonce", account, "0x5")
        with FiscoFront(free_anvil, priority_fee=new, needs_balance=new) as front:
            yield lambda: JsonRpcNode(
                front.url, relay, page_blocks=PAGE_BLOCKS, timestamp_unit_ms=1, legacy_gas=not new
            )
