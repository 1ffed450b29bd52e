"""Find the federation's contract on the ledger, or create it at the first start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from rlp import encode as rlp_encode

from ledger.errors import ForeignContract, LedgerMismatch, LedgerRefused, LedgerUnreachable, WrongChain
from ledger.refusals import named_errors
from ledger.registry import Registry, deploy_registry

if TYPE_CHECKING:
    from ledger.federation import Governance
    from ledger.ports import Node


def open_registry(
    node: Node, governance: Governance, contract: str = "", block: int = 0, chain_id: int = 0
) -> Registry:
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
    chain_id : int
        The chain that the federation's register stands on; 0: whichever the node belongs to.

    Raises
    ------
    WrongChain, ForeignContract, LedgerMismatch, LedgerUnreachable
        The node is another chain's; the contract another federation's or not there; there is no node.
    """
    found_chain = chain_of(node)
    if chain_id and found_chain != chain_id:
        raise WrongChain(f"the node belongs to chain {found_chain}, the register to chain {chain_id}")
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
    try:
        found = registry.governance()
    except LedgerRefused as problem:
        raise ForeignContract(f"the contract at {contract} is no register: {problem.detail}") from problem
    if found != governance:
        raise ForeignContract(f"the contract at {contract} has another salt or other governors")
    return registry


def chain_of(node: Node) -> int:
    """Return the id of the chain that a node belongs to."""
    try:
        with named_errors("the node does not tell its chain"):
            return int(node.web3.eth.chain_id)
    except LedgerRefused as problem:
        raise LedgerUnreachable(f"the node does not answer as an EVM node: {problem.detail}") from problem


def first_contract(account: str) -> str:
    """Return the address of the first contract that an account creates."""
    return str(to_checksum_address(keccak(rlp_encode([bytes.fromhex(account[2:]), 0]))[12:]))


def _has_code(node: Node, address: str) -> bool:
    with named_errors(f"the node does not tell what stands at {address}"):
        return len(node.web3.eth.get_code(node.web3.to_checksum_address(address))) > 0
