"""The registry contract through web3.py: one client over every node."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eth_utils.abi import event_abi_to_log_topic
from web3.exceptions import BadFunctionCallOutput, ContractLogicError, TransactionNotFound, Web3RPCError

from ledger.contracts import load_artifact
from ledger.errors import LedgerRefused, RelayUnfunded
from ledger.federation import Governance, LedgerHead, Succession
from ledger.record import MemberStatus, Posted, Record
from ledger.refusals import named_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hexbytes import HexBytes
    from web3.types import TxReceipt

    from ledger.ports import Node

_RECEIPT_TIMEOUT_S = 60.0
_POLL_S = 0.05
# Of the contract's rules. Those of version 1 let the first writer own any id, and cannot be closed.
VERSION = 2
_NOBODY = "0x" + "00" * 20
_TRIES = 10  # each further one because somebody else got a transaction through
_TAKEN = ("replacement transaction underpriced", "nonce too low", "already known", "already imported")


def deploy_registry(node: Node, governance: Governance, generation: int = 1) -> tuple[str, int]:
    """Create the contract of a generation; return its address and block."""
    artifact = load_artifact()
    factory = node.web3.eth.contract(abi=artifact.abi, bytecode=artifact.bytecode)
    creation = factory.constructor(governance.salt, list(governance.governors), governance.threshold, generation)
    with named_errors("the contract cannot be created"):
        receipt = _Relay(node).send(creation)
    # FISCO BCOS may derive addresses in its own way, so the receipt is asked.
    return str(receipt["contractAddress"]), int(receipt["blockNumber"])


class _Relay:
    """Signs transactions one after the other, so that their nonces have no gaps."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()

    def send(self, function: Any) -> TxReceipt:
        """Send a call of the contract and wait for its block; raises what web3.py raises, and `RelayUnfunded`."""
        with self._lock:
            receipt = self._send(function)
        if receipt["status"] != 1:
            # Another union was faster with something that this call does not agree with: executing it again says what.
            function.call({"from": self._node.relay.address})
            message = f"transaction {receipt['transactionHash'].to_0x_hex()} was reverted in its block"
            raise LedgerRefused(message)
        return receipt

    def _send(self, function: Any) -> TxReceipt:
        eth, relay = self._node.web3.eth, self._node.relay
        for tries_left in reversed(range(_TRIES)):
            nonce = self._next_nonce()
            fields: dict[str, Any] = {"from": relay.address, "nonce": nonce, "chainId": eth.chain_id}
            signed = None
            if self._node.legacy_gas:
                fields["gasPrice"] = 0
            try:
                # Building estimates the gas, which executes the call: a broken rule shows here, before it is sent.
                signed = relay.sign_transaction(function.build_transaction(fields))
                sent = eth.send_raw_transaction(signed.raw_transaction)
            except ContractLogicError:
                raise
            except Web3RPCError as problem:
                # The HTTP client repeats a call whose answer is lost: what the node refuses then is our own.
                if signed is not None and _is_taken(problem) and self._has(signed.hash):
                    sent = signed.hash
                # Somebody else used the account at the same moment; where gas is free, it may well be empty.
                elif tries_left and (self._next_nonce() != nonce or _is_taken(problem)):
                    time.sleep(_POLL_S)
                    continue
                elif self._is_unfunded(problem):
                    raise RelayUnfunded(f"account {relay.address} on chain {eth.chain_id}: {problem}") from problem
                else:
                    raise
            return eth.wait_for_transaction_receipt(sent, _RECEIPT_TIMEOUT_S, _POLL_S)
        raise AssertionError

    def _has(self, transaction: HexBytes) -> bool:
        try:
            return bool(self._node.web3.eth.get_transaction(transaction))
        except TransactionNotFound:
            return False

    def _next_nonce(self) -> int:
        return int(self._node.web3.eth.get_transaction_count(self._node.relay.address, "pending"))

    def _is_unfunded(self, problem: Web3RPCError) -> bool:
        # Each node says it in words of its own, and an empty account is its own proof.
        if "insufficientfunds" in str(problem).lower().replace(" ", ""):
            return True
        return int(self._node.web3.eth.get_balance(self._node.relay.address)) == 0


def _is_taken(problem: Web3RPCError) -> bool:
    # A node may know the other transaction before it counts it as pending.
    said = str(problem).lower()
    return any(words in said for words in _TAKEN)


class Registry:
    """The `Ledger` port over a node and a deployed contract.

    Parameters
    ----------
    node : Node
        Embedded or remote.
    address : str
        The contract's address.
    first_block : int
        The block that created it; reading starts there.
    """

    def __init__(self, node: Node, address: str, first_block: int = 0) -> None:
        self.address = address
        self.first_block = first_block
        self._node = node
        self._relay = _Relay(node)
        self._contract: Any = node.web3.eth.contract(
            address=node.web3.to_checksum_address(address), abi=load_artifact().abi
        )
        events = {entry["name"]: entry for entry in load_artifact().abi if entry["type"] == "event"}
        self._recorded = event_abi_to_log_topic(events["Recorded"])  # type: ignore[arg-type]
        self._status_changed = event_abi_to_log_topic(events["StatusChanged"])  # type: ignore[arg-type]

    def close(self) -> None:
        """Close the node."""
        self._node.close()

    @cached_property
    def version(self) -> int:
        """The version of the contract's rules."""
        with named_errors(f"the contract at {self.address} does not answer"):
            try:
                return int(self._contract.functions.version().call())
            except (ContractLogicError, BadFunctionCallOutput):
                # The first one had no name for it; whatever is no registry fails the next question.
                return 1

    @cached_property
    def generation(self) -> int:
        """How many contracts the federation has had with this one."""
        return int(self._call(self._contract.functions.generation())) if self.version > 1 else 1

    def succession(self) -> Succession | None:
        """Read where the federation went; None as long as records are taken here."""
        if self.version == 1:
            return None
        successor = str(self._call(self._contract.functions.successor()))
        if successor == _NOBODY:
            return None
        return Succession(successor, int(self._call(self._contract.functions.successorChain())))

    def is_open(self) -> bool:
        """Whether records are taken from anybody: a move writes the next generation's contract before that."""
        return self.version == 1 or str(self._call(self._contract.functions.opener())) == _NOBODY

    def governance(self) -> Governance:
        """Read the federation's salt and governors."""
        calls = self._contract.functions
        return Governance(
            salt=bytes(self._call(calls.salt())),
            governors=tuple(self._call(calls.governors())),
            threshold=int(self._call(calls.threshold())),
        )

    def head(self) -> LedgerHead:
        """Read the newest sequence and block."""
        sequence = int(self._call(self._contract.functions.head()))
        return LedgerHead(sequence=sequence, block=self._block_number())

    def next_nonce(self, owner: str) -> int:
        """Read the owner's next nonce."""
        address = self._node.web3.to_checksum_address(owner)
        return int(self._call(self._contract.functions.nextNonce(address)))

    def submit(self, record: Record) -> Posted:
        """Put a record on the ledger; raises the error of the rule it breaks."""
        function = self._contract.functions.submit(
            (record.kind, record.record_id, record.body, record.owner, record.nonce), record.signature
        )
        with named_errors("the node refuses the transaction"):
            receipt = self._relay.send(function)
        return self._posted(list(receipt["logs"]))[0]

    def read(self, first_block: int, last_block: int) -> Iterator[tuple[int, list[Posted]]]:
        """Yield what was recorded in order, in pages: the page's last block and its records."""
        start = max(first_block, self.first_block)
        while start <= last_block:
            end = min(last_block, start + self._node.page_blocks - 1)
            with named_errors("the node does not give the contract's log"):
                logs = self._node.web3.eth.get_logs(
                    # FISCO BCOS demands all four.
                    {
                        "fromBlock": start,
                        "toBlock": end,
                        "address": self._contract.address,
                        "topics": [["0x" + self._recorded.hex(), "0x" + self._status_changed.hex()]],
                    }
                )
                page = self._posted(list(logs))
            yield end, page
            start = end + 1

    def _block_number(self) -> int:
        with named_errors("the node does not tell its block"):
            return int(self._node.web3.eth.block_number)

    def _call(self, function: Any) -> Any:
        with named_errors(f"the contract at {self.address} does not answer"):
            return function.call()

    def _posted(self, logs: list[Any]) -> list[Posted]:
        changed: dict[int, MemberStatus] = {}
        found: list[Posted] = []
        times: dict[int, int] = {}
        for log in logs:
            # A node may answer with more than was asked.
            if log["address"] != self._contract.address:
                continue
            topic = bytes(log["topics"][0])
            if topic == self._status_changed:
                status = self._contract.events.StatusChanged().process_log(log)["args"]
                changed[status["sequence"]] = MemberStatus.from_contract(status["status"])
            elif topic == self._recorded:
                event = self._contract.events.Recorded().process_log(log)["args"]
                block = int(log["blockNumber"])
                if block not in times:
                    header = self._node.web3.eth.get_block(block)
                    times[block] = int(header["timestamp"]) * self._node.timestamp_unit_ms
                fields = event["record"]
                found.append(
                    Posted(
                        record=Record(
                            kind=fields["kind"],
                            record_id=fields["id"],
                            body=bytes(fields["body"]),
                            owner=fields["owner"],
                            nonce=fields["nonce"],
                            signature=bytes(event["signature"]),
                        ),
                        sequence=event["sequence"],
                        transaction=log["transactionHash"].to_0x_hex(),
                        block=block,
                        time_ms=times[block],
                        member_hash=bytes(event["member"]),
                        # StatusChanged stands before Recorded in the same transaction.
                        status=changed.get(event["sequence"]),
                    )
                )
        return found
