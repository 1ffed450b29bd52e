"""FISCO BCOS's `web3_rpc` as its sources show it, in front of anvil: what a client meets there and nowhere else.

Read from the sources of 3.9 to 3.16.4 (docs/how-to/production-ledger.md lists what was read); it has not been compared
with a running FISCO BCOS.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from ledger.tests.in_thread import InThread

if TYPE_CHECKING:
    from ledger.tests.anvil_node import Anvil

PAGE_BLOCKS = 10
MAX_BATCH = 8
_MAX_REQUEST_BYTES = 10_240_000
_INVALID_REQUEST, _NO_METHOD, _BAD_PARAMS, _REVERTED = -32600, -32601, -32602, 16
_EVM_REVERT = 3
_METHODS = {
    *(
        "web3_clientVersion",
        "web3_sha3",
        "net_version",
        "net_listening",
        "net_peerCount",
        "eth_syncing",
        "eth_coinbase",
    ),
    *("eth_chainId", "eth_mining", "eth_hashrate", "eth_gasPrice", "eth_accounts", "eth_blockNumber", "eth_getBalance"),
    *("eth_getStorageAt", "eth_getTransactionCount", "eth_getCode", "eth_sendRawTransaction", "eth_call"),
    *("eth_estimateGas", "eth_getBlockByHash", "eth_getBlockByNumber", "eth_getBlockTransactionCountByHash"),
    *("eth_getBlockTransactionCountByNumber", "eth_getTransactionByHash", "eth_getTransactionByBlockHashAndIndex"),
    *("eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionReceipt", "eth_getLogs"),
}
# Position of the block's tag, which is not looked at: there are no reads of an older state.
_TAGS = {"eth_getBalance": 1, "eth_getCode": 1, "eth_getTransactionCount": 1, "eth_call": 1, "eth_getStorageAt": 2}
# tx_gas_price is 0 unless the chain's administrators set it.
_FIXED = {"eth_accounts": [], "eth_gasPrice": "0x0", "eth_maxPriorityFeePerGas": "0x0"}
_LOG_KEYS = ("fromBlock", "toBlock", "address", "topics")


class FiscoFront(InThread, ThreadingHTTPServer):
    """A FISCO BCOS node as far as JSON-RPC goes.

    Parameters
    ----------
    anvil : Anvil
        Started with `FREE_GAS`.
    priority_fee : bool
        Whether eth_maxPriorityFeePerGas exists (3.16 and later).
    needs_balance : bool
        Whether senders of balance 0 are refused whatever gas costs (3.16.4 and later).
    """

    daemon_threads = True

    def __init__(self, anvil: Anvil, *, priority_fee: bool, needs_balance: bool) -> None:
        self._anvil = anvil
        self._lock = threading.Lock()
        self._methods = _METHODS | ({"eth_maxPriorityFeePerGas"} if priority_fee else set())
        self._needs_balance = needs_balance
        super().__init__(("127.0.0.1", 0), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, request: Any) -> Any:
        """Answer a request or a batch of them."""
        if isinstance(request, list):
            if len(request) > MAX_BATCH:
                return _error(None, _INVALID_REQUEST, f"batch request size limit is {MAX_BATCH}")
            return [self.answer(one) for one in request]
        number, method, params = request["id"], request["method"], list(request.get("params") or [])
        if method not in self._methods:
            return _error(number, _NO_METHOD, f"Method not found: {method}")
        if method in _FIXED:
            return {"jsonrpc": "2.0", "id": number, "result": _FIXED[method]}
        if method == "eth_getLogs":
            if missing := [name for name in _LOG_KEYS if params[0].get(name) is None]:
                return _error(number, _BAD_PARAMS, f"{missing[0]} is null")
            params = [_first_blocks(params[0])]
        if method in _TAGS:
            params[_TAGS[method] :] = ["latest"]
        return self._ask(number, method, params)

    def _ask(self, number: object, method: str, params: list[Any]) -> Any:
        with self._lock:
            if method == "eth_sendRawTransaction" and self._needs_balance and self._sender_is_empty(params[0]):
                return _error(number, _BAD_PARAMS, "InsufficientFunds")
            told = {**self._anvil.answer(method, params), "id": number}
        return _as_fisco(method, told)

    def _sender_is_empty(self, raw: str) -> bool:
        from eth_account import Account

        return self._anvil.call("eth_getBalance", Account.recover_transaction(raw), "latest") == "0x0"


def _first_blocks(query: dict[str, Any]) -> dict[str, Any]:
    """Shorten a range to its first ten blocks; the answer says nothing about the others."""
    assert "blockHash" not in query, "FISCO BCOS calls it blockhash"
    last = min(int(query["toBlock"], 16), int(query["fromBlock"], 16) + PAGE_BLOCKS - 1)
    return {**query, "toBlock": hex(last)}


def _as_fisco(method: str, told: dict[str, Any]) -> dict[str, Any]:
    error, result = told.get("error"), told.get("result")
    if error is not None and error["code"] == _EVM_REVERT:
        told["error"] = {"code": _REVERTED, "message": "execution reverted", "data": error.get("data", "0x")}
    if method.startswith("eth_getBlockBy") and result is not None:
        # Milliseconds, as long as feature_evm_timestamp is off.
        result["timestamp"] = hex(int(result["timestamp"], 16) * 1000)
        for key in ("totalDifficulty", "withdrawals", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"):
            result.pop(key, None)
    return told


def _error(number: object, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}


class _Request(BaseHTTPRequestHandler):
    server: FiscoFront
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one segment: a lone head would wait for the client's acknowledgement

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        assert length <= _MAX_REQUEST_BYTES
        body = json.dumps(self.server.answer(json.loads(self.rfile.read(length)))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
