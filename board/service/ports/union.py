"""The federation's register."""

from dataclasses import dataclass
from typing import Any, Protocol

from board.domain.data_sets import Proof


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record as it stands on the ledger."""

    kind: str
    record_id: str
    member: str
    body: dict[str, Any]
    transaction: str
    block: int
    time_ms: int
    status: str
    sequence: int


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """A record with all that proves it: what its owner signed, the signature, and where it stands."""

    kind: int
    record_id: str
    body: str
    owner: str
    nonce: str  # up to 2^64, which JSON's numbers do not hold
    signature: str  # hexadecimal
    sequence: int
    transaction: str
    block: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class Federation:
    """The federation as the union tells it."""

    federation_id: str
    salt: bytes
    head: int
    block: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ledger entries; `next_after` is 0 at the end."""

    entries: list[LedgerEntry]
    next_after: int = 0


class Union(Protocol):
    """The federation's register."""

    def federation(self) -> Federation:
        """Describe the federation."""
        ...

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        """Sign a record with the member's ledger key and put it on the ledger; returns where it stands."""
        ...

    def entry(self, kind: str, record_id: str, member: str = "") -> LedgerEntry | None:
        """Return the newest record of an id; `member` says whose, where ids are each member's own."""
        ...

    def entries(
        self,
        kind: str = "",
        *,
        after: int = 0,
        limit: int = 100,
        member: str = "",
        text: str = "",
        newest: bool = False,
    ) -> Page:
        """Return records by ascending sequence."""
        ...

    def signed(self, member: str) -> list[SignedEntry]:
        """Return all records of a member, and the decisions about it, with their signatures."""
        ...

    def seal(self, name: str, digest: str) -> str:
        """Sign a digest with the member's ledger key, hexadecimal; no ledger takes this for a record."""
        ...
