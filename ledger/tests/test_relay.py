"""The relaying account, used by two unions at the same moment."""

from types import SimpleNamespace
from typing import Any

import pytest
from web3.exceptions import TransactionNotFound, Web3RPCError

from ledger import registry
from ledger.errors import RelayUnfunded
from ledger.registry import _Relay


class _Eth:
    """A node that knows of the other transaction, but counts it only later; its accounts are empty, as gas is free."""

    chain_id = 20200

    def __init__(self, refusals: list[str], known: bytes = b"") -> None:
        self.refusals, self.known, self.asked_for = refusals, known, b""

    def get_transaction_count(self, _address: str, _block: str) -> int:
        return 7

    def get_balance(self, _address: str) -> int:
        return 0

    def send_raw_transaction(self, _raw: bytes) -> bytes:
        if self.refusals:
            raise Web3RPCError(self.refusals.pop(0))
        return b"sent"

    def get_transaction(self, transaction: bytes) -> dict[str, Any]:
        if transaction != self.known:
            raise TransactionNotFound("there is none")
        return {"hash": transaction}

    def wait_for_transaction_receipt(self, sent: bytes, _timeout_s: float, _poll_s: float) -> dict[str, Any]:
        self.asked_for = sent
        return {"status": 1}


def _send(eth: _Eth) -> Any:
    account = SimpleNamespace(
        address="0x1",
        sign_transaction=lambda fields: SimpleNamespace(raw_transaction=repr(fields).encode(), hash=b"own"),
    )
    node: Any = SimpleNamespace(web3=SimpleNamespace(eth=eth), relay=account, legacy_gas=True)
    return _Relay(node).send(SimpleNamespace(build_transaction=lambda fields: fields))


@pytest.mark.parametrize("words", ["replacement transaction underpriced", "nonce too low", "already known"])
def test_a_nonce_that_is_taken_is_tried_again(words: str) -> None:
    assert _send(_Eth([words, words]))["status"] == 1


@pytest.mark.parametrize("words", ["nonce too low", "already known"])
def test_what_the_node_has_taken_from_us_is_not_sent_again(words: str) -> None:
    eth = _Eth([words, "sent a second time"], known=b"own")
    assert _send(eth)["status"] == 1
    assert (eth.asked_for, eth.refusals) == (b"own", ["sent a second time"])


def test_what_is_no_clash_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_TRIES", 3)
    eth = _Eth(["insufficient funds for gas", "never asked"])
    with pytest.raises(RelayUnfunded):
        _send(eth)
    assert eth.refusals == ["never asked"]
