"""What stands in the register."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """The kinds of record, numbered as in union.proto and in the contract."""

    MEMBER = 1
    DATA_RESOURCE = 2
    PROJECT = 3
    CONSENT = 4
    ADMISSION = 5
    ANCHOR = 6
    CLOSING = 7


# Ids that are each member's own: two members may use the same one. All others are unique in the federation.
OWN_IDS = frozenset({Kind.DATA_RESOURCE, Kind.CONSENT, Kind.ANCHOR})


class MemberStatus(StrEnum):
    """Where a member stands; the contract numbers them in this order from 1."""

    PENDING = "pending"
    ADMITTED = "admitted"
    FROZEN = "frozen"
    REMOVED = "removed"

    @classmethod
    def from_contract(cls, number: int) -> MemberStatus:
        """Return the status that the contract calls `number` (1 to 4)."""
        return list(cls)[number - 1]


ACTIVE = "active"
CLOSED = "closed"


@dataclass(frozen=True)
class Record:
    """A signed record, as `hanse.union.v1.SignedRecord`."""

    kind: int
    record_id: str
    body: bytes
    owner: str
    nonce: int
    signature: bytes


@dataclass(frozen=True)
class Posted:
    """A record with its place on the ledger.

    Parameters
    ----------
    member_hash : bytes
        keccak256 of the id of the member it belongs to; zeroes for what is the federation's.
    status : MemberStatus or None
        The status that this record gave to the member, if it changed it.
    """

    record: Record
    sequence: int
    transaction: str
    block: int
    time_ms: int
    member_hash: bytes
    status: MemberStatus | None = None


@dataclass(frozen=True)
class Entry:
    """A record as the read index answers it."""

    record: Record
    sequence: int
    transaction: str
    block: int
    time_ms: int
    member: str
    status: str
