"""The embedded chain: py-evm's London machine, one block a transaction, kept in one file.

One process owns the file (a lock says so). The node of an embedded chain can omit records and roll them back; it cannot
forge one, because the contract and every reader check the owners' signatures.
"""

from __future__ import annotations

import fcntl
import threading
import time
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from eth.chains.base import MiningChain
from eth.consensus.applier import ConsensusApplier
from eth.consensus.noproof import NoProofConsensus
from eth.constants import ZERO_ADDRESS
from eth.db.atomic import AtomicDB
from eth.exceptions import CanonicalHeadNotFound, HeaderNotFound, PyEVMError, Revert
from eth.vm.forks.london import LondonVM
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address, BlockNumber
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError
from rlp import encode as rlp_encode
from rlp.exceptions import RLPException

from ledger.errors import LedgerInUse, LedgerRefused
from ledger.key_value import ChainFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eth.abc import BlockAPI, BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI

# Type variables per function would need PEP 695; the baseline is Python 3.11.
ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")
CHAIN_ID = 20200
GAS_LIMIT = 30_000_000
# The relaying account pays gas with this; it holds no authority over any record.
GENESIS_BALANCE = 10**30
_DIFFICULTY = 131072


class _Chain(MiningChain):
    chain_id = CHAIN_ID
    vm_configuration = ConsensusApplier(NoProofConsensus).amend_vm_configuration(((0, LondonVM),))


class Reverted(Exception):
    """A call ended in `revert`; `data` is what the contract said."""

    def __init__(self, data: bytes) -> None:
        super().__init__("execution reverted")
        self.data = data


def _alone(method: Callable[Concatenate[EmbeddedChain, ParamsT], ResultT]) -> Callable[..., ResultT]:
    """Let one thread at a time in.

    py-evm holds the block in the making in memory. A second thread that began one would fail, put a fresh chain in its
    place, and the first one would then close an empty block and acknowledge a transaction that no block holds.
    """

    @wraps(method)
    def run(chain: EmbeddedChain, *args: ParamsT.args, **kwargs: ParamsT.kwargs) -> ResultT:
        with chain.lock:
            return method(chain, *args, **kwargs)

    return run


class EmbeddedChain:
    """A chain of one node. Threads may share it: every method has the chain for itself.

    Parameters
    ----------
    path : Path
        The SQLite file; made with a genesis block when it does not exist.
    funded : bytes
        20-byte address that the genesis block gives gas money.
    """

    def __init__(self, path: Path, funded: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = path.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            self._lock_file.close()
            raise LedgerInUse(f"{path} is open in another process") from problem
        self.lock = threading.RLock()
        self.file = ChainFile(path)
        try:
            self._chain = self._open()
        except CanonicalHeadNotFound:
            self._begin(funded)
            self._chain = self._open()

    def _begin(self, funded: bytes) -> None:
        with self.file.transaction():
            _Chain.from_genesis(
                AtomicDB(self.file),
                {
                    "coinbase": ZERO_ADDRESS,
                    "difficulty": _DIFFICULTY,
                    "extra_data": b"hanse",
                    "gas_limit": GAS_LIMIT,
                    # Fixed, so that equal federations have equal genesis blocks.
                    "timestamp": 1,
                },
                {Address(funded): {"balance": GENESIS_BALANCE, "nonce": 0, "code": b"", "storage": {}}},
            )

    def _open(self) -> _Chain:
        return _Chain(AtomicDB(self.file))

    def close(self) -> None:
        """Close the file and let another process have it."""
        with self.lock:
            self.file.close()
            self._lock_file.close()

    @_alone
    def head(self) -> BlockHeaderAPI:
        """Return the newest block's header."""
        return self._chain.get_canonical_head()

    @_alone
    def block(self, number: int) -> BlockAPI | None:
        """Return a block, or None."""
        try:
            header = self._chain.get_canonical_block_header_by_number(BlockNumber(number))
            return self._chain.get_block_by_header(header)
        except HeaderNotFound:
            return None

    @_alone
    def account(self, address: bytes) -> tuple[int, int, bytes]:
        """Return an account's balance, nonce and code at the head."""
        state = self._chain.get_vm(self.head()).state
        owner = Address(address)
        return state.get_balance(owner), state.get_nonce(owner), state.get_code(owner)

    @_alone
    def storage(self, address: bytes, slot: int) -> int:
        """Return a word of a contract's storage."""
        word: int = self._chain.get_vm(self.head()).state.get_storage(Address(address), slot)
        return word

    @_alone
    def call(self, sender: bytes, to: bytes, data: bytes) -> tuple[bytes, int]:
        """Execute without keeping anything; return the output and the gas used. Raises `Reverted`."""
        header = self.head()
        unsigned = self._chain.get_vm(header).create_unsigned_transaction(
            nonce=self.account(sender)[1], gas_price=0, gas=header.gas_limit, to=Address(to), value=0, data=data
        )
        transaction: Any = SpoofTransaction(unsigned, from_=sender)
        with self._chain.get_vm(header).in_costless_state() as state:
            try:
                computation: ComputationAPI = state.costless_execute_transaction(transaction)
            except (ValidationError, PyEVMError) as problem:
                raise LedgerRefused(f"the chain refuses the call: {problem}") from problem
        if computation.is_error:
            raise Reverted(computation.output if isinstance(computation.error, Revert) else b"")
        # Without the refund, which comes only after the gas has been had.
        used = transaction.intrinsic_gas + computation.get_gas_used()
        return computation.output, used

    @_alone
    def send(self, raw: bytes) -> str:
        """Execute a signed transaction, put it into a block of its own and return its hash."""
        try:
            transaction = LondonVM.get_transaction_builder().decode(raw)
        except (RLPException, ValidationError, PyEVMError, ValueError, TypeError, IndexError) as problem:
            raise LedgerRefused(f"the transaction cannot be read: {problem}") from problem
        try:
            with self.file.transaction():
                parent = self.head()
                # Milliseconds, as on FISCO BCOS: seconds would run ahead of the clock with many blocks a second.
                now_ms = max(parent.timestamp + 1, time.time_ns() // 1_000_000)
                self._chain.header = self._chain.create_header_from_parent(
                    parent, timestamp=now_ms, gas_limit=parent.gas_limit, difficulty=_DIFFICULTY
                )
                _, receipt, _ = self._chain.apply_transaction(transaction)
                block = self._chain.mine_block()
                body = _transaction_object(transaction, block)
                self.file.add_transaction(block.number, body, _receipt_object(transaction, receipt, body))
        except (ValidationError, PyEVMError) as problem:
            # What py-evm holds in memory may be ahead of the rolled-back file.
            self._chain = self._open()
            raise LedgerRefused(f"the chain refuses the transaction: {problem}") from problem
        except BaseException:  # whatever ends it, memory may be ahead of the rolled-back file; raised again
            self._chain = self._open()
            raise
        transaction_hash: str = body["hash"]
        return transaction_hash


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _transaction_object(transaction: SignedTransactionAPI, block: BlockAPI) -> dict[str, Any]:
    kind = getattr(transaction, "type_id", None)
    return {
        "hash": _hex(transaction.hash),
        "type": hex(kind or 0),
        "nonce": hex(transaction.nonce),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "value": hex(transaction.value),
        "gas": hex(transaction.gas),
        "gasPrice": hex(transaction.max_fee_per_gas),
        "input": _hex(transaction.data),
        "blockHash": _hex(block.hash),
        "blockNumber": hex(block.number),
        "transactionIndex": "0x0",
        "chainId": hex(CHAIN_ID),
        "r": hex(transaction.r),
        "s": hex(transaction.s),
        "v": hex(transaction.y_parity),
    }


def _receipt_object(transaction: SignedTransactionAPI, receipt: ReceiptAPI, body: dict[str, Any]) -> dict[str, Any]:
    created = keccak(rlp_encode([transaction.sender, transaction.nonce]))[12:]
    place = {
        "transactionHash": body["hash"],
        "transactionIndex": "0x0",
        "blockHash": body["blockHash"],
        "blockNumber": body["blockNumber"],
    }
    logs = [
        {
            **place,
            "address": to_checksum_address(log.address),
            "topics": [_hex(topic.to_bytes(32, "big")) for topic in log.topics],
            "data": _hex(log.data),
            "logIndex": hex(position),
            "removed": False,
        }
        for position, log in enumerate(receipt.logs)
    ]
    return {
        **place,
        "from": body["from"],
        "to": body["to"],
        "type": body["type"],
        "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
        "gasUsed": hex(receipt.gas_used),
        "cumulativeGasUsed": hex(receipt.gas_used),
        "effectiveGasPrice": body["gasPrice"],
        "contractAddress": None if transaction.to else to_checksum_address(created),
        "logs": logs,
        "logsBloom": _hex(receipt.bloom.to_bytes(256, "big")),
    }
