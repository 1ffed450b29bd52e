"""The federation's constants and how far its ledger has come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerHead:
    """How far the ledger has come."""

    sequence: int
    block: int


@dataclass(frozen=True)
class Governance:
    """Who decides about members."""

    salt: bytes
    governors: tuple[str, ...]
    threshold: int


@dataclass(frozen=True)
class Succession:
    """Where a federation went whose register is closed."""

    contract: str
    chain_id: int
