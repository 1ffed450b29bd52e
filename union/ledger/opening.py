"""Find the federation's contract on the ledger, or create it at the first start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from rlp import encode as rlp_encode
from web3.exceptions import Web3Exception

from union.errors import LedgerMismatch, LedgerUnreachable
from union.ledger.contract import UNREACHABLE, Registry, deploy_registry

if TYPE_CHECKING:
    from union.domain.federation import Governance
    from union.ledger.base import Node


def open_registry(node: Node, governance: Governance, contract: str = "", block: int = 0) -> Registry:
    """Return the client of the federation's contract.

    Parameters
    ----------
    node : Node
        The ledger's node.
    governance : Governance
        What the federation's file says; the contract has to say the same.
    contract : str
        Address from the settings or from an earlier start; empty: look for it and otherwise create it.
    block : int
        The block that created it.
    """
    if not contract:
        # A start that was cut off right after the creation has not kept the address; the first contract of an account
        # has a known one.
        first = first_contract(node.relay.address)
        if not _has_code(node, first):
            return Registry(node, *deploy_registry(node, governance))
        contract = first
    elif not _has_code(node, contract):
        raise LedgerMismatch(f"the ledger has no contract at {contract}")
    registry = Registry(node, contract, block)
    found = registry.governance()
    if found != governance:
        raise LedgerMismatch(f"the contract at {contract} belongs to another federation (salt or governors differ)")
    return registry


def first_contract(account: str) -> str:
    """Return the address of the first contract that an account creates."""
    return str(to_checksum_address(keccak(rlp_encode([bytes.fromhex(account[2:]), 0]))[12:]))


def _has_code(node: Node, address: str) -> bool:
    try:
        return len(node.web3.eth.get_code(node.web3.to_checksum_address(address))) > 0
    except UNREACHABLE as problem:
        raise LedgerUnreachable(f"the node does not answer: {problem}") from problem
    except Web3Exception as problem:
        raise LedgerUnreachable(f"the node does not answer as an EVM node: {problem}") from problem
