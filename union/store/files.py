"""The union's small files: what the federation is, its keys, where its contract stands, where the union listens."""

from __future__ import annotations

import fcntl
import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TextIO

from cryptography.hazmat.primitives.asymmetric import ec

from common import canonical
from common.identity import create_member
from common.keyfiles import read_ledger_key, write_ledger_key, write_private
from common.records import address_of
from ledger.errors import LedgerInUse, LedgerMismatch, RecordInvalid
from ledger.federation import Governance
from ledger.record import Record
from union.errors import FederationIncomplete

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GOVERNANCE_KEY = "governance.key"
RELAY_KEY = "relay.key"
SALT_BYTES = 32
_FEDERATION = "federation.json"
_REGISTRY = "registry.json"
_ENDPOINTS = "endpoints.json"
_MOVE = "move.json"
_LOCK = "union.lock"
HISTORY = "ledger-history"


@dataclass(frozen=True)
class FederationFile:
    """<home>/federation.json: the constants of a federation, fixed when it is made."""

    federation: str
    salt: str
    governors: list[str]
    threshold: int
    # Of a union that joined: where the register stands, so that it never makes one of its own.
    contract: str = ""
    block: int = 0
    chain_id: int = 0
    generation: int = 0

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
    generation: int = 1


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
    content = FederationFile(federation, secrets.token_bytes(SALT_BYTES).hex(), [own, *governors], threshold)
    # Written last: a home without it is not complete, and says so at the start.
    write_private(home / _FEDERATION, json.dumps(asdict(content), indent=1).encode())
    return content


def join_federation(home: Path, card: FederationFile, *, name: str, passphrase: str | None = None) -> None:
    """Make the identity and the relaying account of a further union of a federation, or lead one that is there on.

    Parameters
    ----------
    home : Path
        The union's home; holds no identity yet, or is a union's of this federation, which has moved: then it keeps
        its keys and learns where the register stands now.
    card : FederationFile
        The federation's constants and where its register stands, as another of its unions tells them.
    name : str
        The union's name for people.
    passphrase : str, optional
        Encrypts every private key.
    """
    if (home / _FEDERATION).exists():
        known = load_federation(home)
        if (known.federation, known.governance) != (card.federation, card.governance):
            raise FederationIncomplete(
                f"{home} belongs to another federation than the card",
                hint="Give a home of its own to the union of the other federation.",
            )
    else:
        create_member(home, "union", name, ["union"], passphrase)
        write_ledger_key(home / RELAY_KEY, ec.generate_private_key(ec.SECP256K1()), passphrase)
    write_private(home / _FEDERATION, json.dumps(asdict(card), indent=1).encode())


def federation_card(home: Path, data: Path) -> FederationFile:
    """Return what a further union has to know; it holds no secret."""
    registry = load_registry(data)
    if registry is None:
        raise FederationIncomplete(
            "the register stands on no ledger yet", hint="Start this union once, then try again."
        )
    return replace(load_federation(home), **asdict(registry))


def read_card(path: Path) -> FederationFile:
    """Read what `federation_card` told."""
    try:
        card = FederationFile(**(_read(path) or {}))
        complete = len(card.governance.salt) == SALT_BYTES and bool(card.contract)
    except (TypeError, ValueError):
        complete = False
    if not complete:
        raise FederationIncomplete(f"{path} is no card of a federation", hint="Print one: python -m union card")
    return card


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


@dataclass(frozen=True)
class MoveFile:
    """<data>/move.json: how far a move to another ledger has come; gone when it is done."""

    target: str
    contract: str
    block: int
    chain_id: int
    history: str  # name of the file that keeps what stood where on the old ledger
    generation: int = 1
    switching: bool = False


def load_move(data: Path) -> MoveFile | None:
    """Read how far a move has come; None when there is none."""
    content = _read(data / _MOVE)
    return None if content is None else MoveFile(**content)


def save_move(data: Path, move: MoveFile | None) -> None:
    """Keep how far a move has come; None: it is done."""
    if move is None:
        (data / _MOVE).unlink(missing_ok=True)
    else:
        write_private(data / _MOVE, json.dumps(asdict(move), indent=1).encode())


def lock_data(data: Path) -> TextIO:
    """Keep other unions from a data folder until the returned file is closed; raises `LedgerInUse`."""
    data.mkdir(parents=True, exist_ok=True)
    file = (data / _LOCK).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        file.close()
        raise LedgerInUse(f"{data} is open in another process") from problem
    return file


def new_history(data: Path, left: RegistryFile) -> str:
    """Return a new name for the history of a ledger that the federation leaves.

    Chain and contract are not enough: two chains may have the same id, and an account's first contract the same
    address on both.
    """
    folder = data / HISTORY
    number = 1 + (len(list(folder.iterdir())) if folder.exists() else 0)
    return f"{number:04d}-{left.chain_id}-{left.contract.lower()}.jsonl"


def save_history(path: Path, lines: Iterable[object]) -> None:
    """Keep, for ever, what stood where on a ledger that the federation left: canonical JSON, a line each."""
    path.parent.mkdir(exist_ok=True)
    write_private(path, b"".join(canonical.dumps(line) + b"\n" for line in lines))


def told_record(record: Record) -> str:
    """Write a signed record as text that can be sent."""
    return json.dumps({**asdict(record), "body": record.body.decode(), "signature": record.signature.hex()}, indent=1)


def load_record(path: Path) -> Record:
    """Read what `told_record` wrote."""
    try:
        told = _read(path) or {}
        return Record(**{**told, "body": told["body"].encode(), "signature": bytes.fromhex(told["signature"])})
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        detail = f"{path} holds no signed record"
        raise RecordInvalid(detail, hint="Print one: python -m union sign-closing") from problem


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
