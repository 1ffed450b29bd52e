"""Make the records by which governance decides about members, and about where the register stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import canonical
from common.records import address_of, sign_record
from ledger.bodies import closing_body
from ledger.record import Kind, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.federation import Succession


class _Draft:
    """A record before it is signed."""

    def __init__(self, kind: Kind, record_id: str, body: bytes, nonce: int) -> None:
        self.kind = int(kind)
        self.record_id = record_id
        self.body = body
        self.owner = ""
        self.nonce = nonce
        self.signature = b""


def sign_admission(
    salt: bytes, governance_key: str, member: str, action: str, *, nonce: int, more: Mapping[str, str] | None = None
) -> Record:
    """Sign a decision about a member with a governance key.

    Parameters
    ----------
    salt : bytes
        The federation's.
    governance_key : str
        Hex secp256k1 key.
    member : str
        Whom it is about.
    action : str
        admit, freeze, unfreeze, remove or rotate.
    nonce : int
        The governor's next.
    more : mapping, optional
        `successor` for rotate.
    """
    body = canonical.dumps({"action": action, "member": member, **(more or {})})
    return _signed(salt, governance_key, Kind.ADMISSION, member, nonce, body)


def sign_closing(salt: bytes, governance_key: str, generation: int, succession: Succession, *, nonce: int) -> Record:
    """Sign that the federation leaves the contract of a generation for another one.

    Parameters
    ----------
    salt : bytes
        The federation's.
    governance_key : str
        Hex secp256k1 key.
    generation : int
        The contract that is closed.
    succession : Succession
        The contract that is opened.
    nonce : int
        The governor's next.
    """
    return _signed(salt, governance_key, Kind.CLOSING, str(generation), nonce, closing_body(generation, succession))


@dataclass(frozen=True)
class OwnSignature:
    """A governor's closing record, made with the key at hand."""

    salt: bytes
    governance_key: str

    @property
    def governor(self) -> str:
        """Its address."""
        return address_of(self.governance_key)

    def __call__(self, generation: int, succession: Succession, nonce: int, /) -> Record:
        """Sign."""
        return sign_closing(self.salt, self.governance_key, generation, succession, nonce=nonce)


@dataclass(frozen=True)
class SentSignature:
    """A governor's closing record as it sent it; the contract says whether it fits."""

    record: Record

    @property
    def governor(self) -> str:
        """Its address."""
        return self.record.owner

    def __call__(self, generation: int, succession: Succession, nonce: int, /) -> Record:
        """Return what was sent."""
        del generation, succession, nonce
        return self.record


def _signed(salt: bytes, governance_key: str, kind: Kind, record_id: str, nonce: int, body: bytes) -> Record:
    draft = sign_record(salt, _Draft(kind, record_id, body, nonce), governance_key)
    return Record(draft.kind, draft.record_id, draft.body, draft.owner, draft.nonce, draft.signature)
