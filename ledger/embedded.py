"""A ledger in the union's own process, for federations that run no chain yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_account import Account
from web3 import Web3

from ledger.chain import EmbeddedChain
from ledger.provider import EmbeddedProvider

if TYPE_CHECKING:
    from pathlib import Path

    from eth_account.signers.local import LocalAccount


class EmbeddedNode:
    """Node of an embedded chain kept in `path`.

    Parameters
    ----------
    path : Path
        The chain's SQLite file.
    relay_key : str
        Hex secp256k1 key of the account that relays transactions; the genesis block gives it gas money.
    """

    # Logs are indexed in the chain's file, so a page bounds memory only.
    page_blocks = 500
    timestamp_unit_ms = 1
    legacy_gas = False

    def __init__(self, path: Path, relay_key: str) -> None:
        self.relay: LocalAccount = Account.from_key(relay_key)
        self._chain = EmbeddedChain(path, bytes.fromhex(self.relay.address[2:]))
        self.web3 = Web3(EmbeddedProvider(self._chain))

    def close(self) -> None:
        """Close the chain's file."""
        self._chain.close()
