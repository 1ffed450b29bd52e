"""A ledger on any EVM chain by URL: FISCO BCOS with `web3_rpc`, Besu, geth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.middleware import ExtraDataToPOAMiddleware

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


class JsonRpcNode:
    """Node behind an HTTP URL.

    Parameters
    ----------
    url : str
        Where the node answers JSON-RPC.
    relay_key : str
        Hex secp256k1 key of a funded account (also where gas is free: FISCO BCOS from 3.16.4 refuses empty ones).
    page_blocks : int
        Blocks per eth_getLogs. FISCO BCOS silently answers for the first 10 blocks of a range only.
    timestamp_unit_ms : int
        1 where blocks carry milliseconds (FISCO BCOS), 1000 elsewhere.
    legacy_gas : bool
        Send gasPrice 0 (FISCO BCOS before 3.16 has no fee methods).
    timeout_s : float
        Seconds to wait for an answer.
    """

    def __init__(
        self,
        url: str,
        relay_key: str,
        *,
        page_blocks: int = 10,
        timestamp_unit_ms: int = 1000,
        legacy_gas: bool = False,
        timeout_s: float = 10.0,
    ) -> None:
        self.relay: LocalAccount = Account.from_key(relay_key)
        self.web3 = Web3(HTTPProvider(url, request_kwargs={"timeout": timeout_s}))
        # Proof-of-authority chains put more into extraData than mainnet allows; elsewhere this does nothing.
        self.web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        self.page_blocks = page_blocks
        self.timestamp_unit_ms = timestamp_unit_ms
        self.legacy_gas = legacy_gas

    def close(self) -> None:
        """Nothing to let go: requests' sockets close by themselves."""
