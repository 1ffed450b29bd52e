"""The ledger's two ports: what the union's service needs, and what the registry's client needs of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eth_account.signers.local import LocalAccount
    from web3 import Web3

    from ledger.federation import Governance, LedgerHead, Succession
    from ledger.record import Posted, Record


class Node(Protocol):
    """An EVM node, embedded or remote, and the account that relays transactions to it."""

    @property
    def web3(self) -> Web3:
        """The connection."""

    @property
    def relay(self) -> LocalAccount:
        """Pays gas where gas is paid; has no authority over any record."""

    @property
    def page_blocks(self) -> int:
        """Blocks that one eth_getLogs may ask for."""

    @property
    def timestamp_unit_ms(self) -> int:
        """Milliseconds in one unit of a block's timestamp: 1000, or 1 on FISCO BCOS and the embedded chain."""

    @property
    def legacy_gas(self) -> bool:
        """Send gasPrice 0 instead of asking for fees."""

    def close(self) -> None:
        """Let go of files and sockets."""


class Ledger(Protocol):
    """The register on the ledger."""

    @property
    def address(self) -> str:
        """The registry contract's address."""

    @property
    def first_block(self) -> int:
        """The block that holds the contract's creation."""

    @property
    def version(self) -> int:
        """The contract's rules: 1, or `ledger.registry.VERSION`."""

    @property
    def generation(self) -> int:
        """How many contracts the federation has had with this one."""

    def succession(self) -> Succession | None:
        """Read where the federation went; None as long as records are taken here."""

    def is_open(self) -> bool:
        """Whether records are taken from anybody: a move writes the next generation's contract before that."""

    def governance(self) -> Governance:
        """Read the federation's salt and governors."""

    def head(self) -> LedgerHead:
        """Read the newest sequence and block."""

    def next_nonce(self, owner: str) -> int:
        """Read the owner's next nonce."""

    def submit(self, record: Record) -> Posted:
        """Put a record on the ledger; raises the error of the rule it breaks."""

    def read(self, first_block: int, last_block: int) -> Iterator[tuple[int, list[Posted]]]:
        """Yield what was recorded in order, in pages: the page's last block and its records."""

    def close(self) -> None:
        """Let go of the node."""
