"""JSON-RPC over the embedded chain without a socket: web3.py talks to it as to any node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth.exceptions import PyEVMError
from eth_utils.address import to_checksum_address
from eth_utils.conversions import to_bytes
from web3.providers.base import BaseProvider

from ledger.chain import CHAIN_ID, GAS_LIMIT, EmbeddedChain, Reverted
from ledger.errors import LedgerRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from eth.abc import BlockAPI
    from web3.types import RPCEndpoint, RPCResponse

_METHOD_NOT_FOUND = -32601
_INVALID_PARAMS = -32602
_TRANSACTION_REFUSED = -32000
_REVERTED = 3
# The estimate is what one execution used; forwarding to ecrecover keeps back a 64th of the gas, so some is added.
_GAS_MARGIN = 20_000


class EmbeddedProvider(BaseProvider):
    """The twenty `eth_*` methods that web3.py and the registry's client need."""

    def __init__(self, chain: EmbeddedChain) -> None:
        super().__init__()
        self._chain = chain
        self._methods: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": lambda: "hanse-embedded/1/py-evm",
            "net_version": lambda: str(CHAIN_ID),
            "eth_chainId": lambda: hex(CHAIN_ID),
            "eth_syncing": lambda: False,
            "eth_accounts": list,
            "eth_blockNumber": lambda: hex(chain.head().block_number),
            "eth_gasPrice": self._gas_price,
            "eth_maxPriorityFeePerGas": lambda: "0x0",
            "eth_getBalance": lambda address, _block=None: hex(chain.account(_bytes(address))[0]),
            "eth_getTransactionCount": lambda address, _block=None: hex(chain.account(_bytes(address))[1]),
            "eth_getCode": lambda address, _block=None: _hex(chain.account(_bytes(address))[2]),
            "eth_getStorageAt": self._storage,
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_sendRawTransaction": lambda raw: chain.send(_bytes(raw)),
            "eth_getTransactionByHash": lambda found: self._transaction(found, 0),
            "eth_getTransactionReceipt": lambda found: self._transaction(found, 1),
            "eth_getBlockByNumber": self._block,
            "eth_getLogs": self._logs,
        }

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """Answer one request; errors have the form that nodes give them, so web3.py raises the same exceptions."""
        function = self._methods.get(method)
        if function is None:
            return self._error(_METHOD_NOT_FOUND, f"{method} is not offered by the embedded ledger")
        with self._chain.lock:
            try:
                return {"jsonrpc": "2.0", "id": 1, "result": function(*params)}
            except Reverted as reverted:
                return self._error(_REVERTED, "execution reverted", _hex(reverted.data))
            except LedgerRefused as refused:
                return self._error(_TRANSACTION_REFUSED, refused.detail)
            except (ValueError, TypeError, KeyError, PyEVMError) as problem:
                return self._error(_INVALID_PARAMS, f"{method}: {problem}")

    def is_connected(self, show_traceback: bool = False) -> bool:  # noqa: ARG002, FBT001, FBT002 (web3's signature)
        """Tell web3.py that the chain is here."""
        return True

    @staticmethod
    def _error(code: int, message: str, data: str | None = None) -> RPCResponse:
        error: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            error["data"] = data
        return {"jsonrpc": "2.0", "id": 1, "error": error}  # type: ignore[typeddict-item]

    def _gas_price(self) -> str:
        return hex(self._chain.head().base_fee_per_gas or 0)

    def _storage(self, address: str, slot: str, _block: str | None = None) -> str:
        return _hex(self._chain.storage(_bytes(address), _number(slot)).to_bytes(32, "big"))

    def _execute(self, request: dict[str, Any]) -> tuple[bytes, int]:
        data = _bytes(request.get("data") or request.get("input") or "0x")
        return self._chain.call(
            _bytes(request.get("from") or "0x" + "00" * 20), _bytes(request.get("to") or "0x"), data
        )

    def _call(self, request: dict[str, Any], _block: str | None = None) -> str:
        return _hex(self._execute(request)[0])

    def _estimate(self, request: dict[str, Any], _block: str | None = None) -> str:
        used = self._execute(request)[1]
        return hex(min(GAS_LIMIT, used + used // 32 + _GAS_MARGIN))

    def _transaction(self, transaction_hash: str, part: int) -> dict[str, Any] | None:
        found = self._chain.file.find_transaction(transaction_hash)
        return None if found is None else found[part]

    def _resolve(self, block: str | int | None) -> int:
        if block in (None, "latest", "pending", "safe", "finalized"):
            head: int = self._chain.head().block_number
            return head
        return 0 if block == "earliest" else _number(block)

    def _block(self, number: str, _full: bool = False) -> dict[str, Any] | None:  # noqa: FBT001, FBT002 (JSON-RPC's order)
        block = self._chain.block(self._resolve(number))
        return None if block is None else _block_object(block)

    def _logs(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        address = query.get("address") or []
        addresses = [address] if isinstance(address, str) else list(address)
        topics = query.get("topics") or []
        first, last = self._resolve(query.get("fromBlock")), self._resolve(query.get("toBlock"))
        return [entry for entry in self._chain.file.find_logs(first, last, addresses) if _fits(entry["topics"], topics)]


def _fits(topics: list[str], wanted: list[Any]) -> bool:
    """Compare by position; None fits all, a list fits any of its members."""
    if len(wanted) > len(topics):
        return False
    return all(
        want is None or topic in ([want] if isinstance(want, str) else want)
        for topic, want in zip(topics, wanted, strict=False)
    )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else to_bytes(hexstr=text)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _number(value: str | int | None) -> int:
    if value is None:
        message = "a number is missing"
        raise ValueError(message)
    return value if isinstance(value, int) else int(value, 16)


def _block_object(block: BlockAPI) -> dict[str, Any]:
    header = block.header
    return {
        "number": hex(header.block_number),
        "hash": _hex(header.hash),
        "parentHash": _hex(header.parent_hash),
        "nonce": _hex(header.nonce),
        "mixHash": _hex(header.mix_hash),
        "sha3Uncles": _hex(header.uncles_hash),
        "logsBloom": _hex(header.bloom.to_bytes(256, "big")),
        "transactionsRoot": _hex(header.transaction_root),
        "stateRoot": _hex(header.state_root),
        "receiptsRoot": _hex(header.receipt_root),
        "miner": to_checksum_address(header.coinbase),
        "difficulty": hex(header.difficulty),
        "extraData": _hex(header.extra_data),
        "size": "0x0",
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "timestamp": hex(header.timestamp),
        "baseFeePerGas": hex(header.base_fee_per_gas or 0),
        "transactions": [_hex(transaction.hash) for transaction in block.transactions],
        "uncles": [],
    }
