"""The union's small files: what the federation is, its keys, where its contract stands, where the union listens."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec

from common.identity import create_member
from common.keyfiles import read_ledger_key, write_ledger_key, write_private
from common.records import address_of
from union.domain.federation import Governance
from union.errors import FederationIncomplete, LedgerMismatch

if TYPE_CHECKING:
    from pathlib import Path

GOVERNANCE_KEY = "governance.key"
RELAY_KEY = "relay.key"
_FEDERATION = "federation.json"
_REGISTRY = "registry.json"
_ENDPOINTS = "endpoints.json"


@dataclass(frozen=True)
class FederationFile:
    """<home>/federation.json: the constants of a federation, fixed when it is made."""

    federation: str
    salt: str
    governors: list[str]
    threshold: int

    @property
    def governance(self) -> Governance:
        """Return what the contract is created with."""
        return Governance(bytes.fromhex(self.salt), tuple(self.governors), self.threshold)


@dataclass(frozen=True)
class RegistryFile:
    """<data>/registry.json: where the contract stands."""

    contract: str
    block: int
    chain_id: int


@dataclass(frozen=True)
class EndpointsFile:
    """<data>/endpoints.json: where a running union listens, as ports may have been picked."""

    grpc: str
    status: str
    health: str


def create_federation(
    home: Path,
    federation: str,
    *,
    name: str,
    governors: list[str],
    threshold: int,
    passphrase: str | None = None,
) -> FederationFile:
    """Make the union's identity, governance key, relaying account and the federation's salt.

    Parameters
    ----------
    home : Path
        The union's home; must hold no identity yet.
    federation : str
        The federation's id.
    name : str
        The union's name for people.
    governors : list of str
        Addresses of governors besides this union's own key.
    threshold : int
        How many governors decide.
    passphrase : str, optional
        Encrypts every private key.
    """
    create_member(home, "union", name, ["union"], passphrase)
    for file in (GOVERNANCE_KEY, RELAY_KEY):
        write_ledger_key(home / file, ec.generate_private_key(ec.SECP256K1()), passphrase)
    own = address_of(read_ledger_key(home / GOVERNANCE_KEY, passphrase))
    content = FederationFile(federation, secrets.token_bytes(32).hex(), [own, *governors], threshold)
    # Written last: a home without it is not complete, and says so at the start.
    write_private(home / _FEDERATION, json.dumps(asdict(content), indent=1).encode())
    return content


def load_federation(home: Path) -> FederationFile:
    """Read the federation's constants."""
    path = home / _FEDERATION
    content = _read(path)
    if content is None:
        raise FederationIncomplete(f"{path} is missing or damaged")
    try:
        return FederationFile(**content)
    except TypeError as problem:
        raise FederationIncomplete(f"{path} is damaged: {problem}") from problem


def load_registry(data: Path) -> RegistryFile | None:
    """Read where the contract stands; None before the first start."""
    path = data / _REGISTRY
    if not path.exists():
        return None
    content = _read(path)
    try:
        return RegistryFile(**(content or {}))
    except TypeError as problem:
        raise LedgerMismatch(f"{path} is damaged: {problem}") from problem


def save_registry(data: Path, registry: RegistryFile) -> None:
    """Keep where the contract stands."""
    write_private(data / _REGISTRY, json.dumps(asdict(registry), indent=1).encode())


def load_endpoints(data: Path) -> EndpointsFile:
    """Read where the union listens."""
    content = _read(data / _ENDPOINTS)
    if content is None:
        raise FederationIncomplete(f"no union runs on {data}", hint="Start it: python -m union --config FILE")
    return EndpointsFile(**content)


def save_endpoints(data: Path, endpoints: EndpointsFile) -> None:
    """Say where the union listens."""
    write_private(data / _ENDPOINTS, json.dumps(asdict(endpoints), indent=1).encode())


def remove_endpoints(data: Path) -> None:
    """Say that the union listens no more."""
    (data / _ENDPOINTS).unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
