"""The port of the read index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.federation import LedgerHead
    from ledger.record import Entry, MemberStatus, Posted


@dataclass(frozen=True)
class Row:
    """A record from the ledger with what the index has to know of its body.

    Parameters
    ----------
    posted : Posted
        The record and its place.
    valid : bool
        Whether the body follows the rules. On a shared chain anyone may write past the union; such records are counted
        and not shown.
    status : str
        "active" or "closed".
    text : str
        What a search looks at.
    """

    posted: Posted
    valid: bool
    status: str = ""
    text: str = ""


@dataclass(frozen=True)
class Query:
    """What to list."""

    kind: int = 0  # 0: all
    after: int = 0
    limit: int = 100
    member: str = ""
    text: str = ""
    newest_only: bool = False  # of each kind, member and id


@dataclass(frozen=True)
class Standing:
    """A member and its status."""

    member: str
    status: MemberStatus


class Index(Protocol):
    """What the union's service asks of the read index."""

    def head(self) -> LedgerHead:
        """Return the newest sequence that is indexed and the block up to which all is."""

    def apply(self, block: int, rows: Sequence[Row]) -> None:
        """Add what stands in the ledger up to `block`, all or nothing. What is indexed already is passed over."""

    def clear(self) -> None:
        """Forget everything."""

    def find(self, kind: int, record_id: str, member: str = "") -> Entry | None:
        """Return the newest valid record of an id, of a member where ids are each member's own."""

    def find_signed(self, owner: str, nonce: int) -> Entry | None:
        """Return the record that an owner signed with a nonce."""

    def list(self, query: Query) -> list[Entry]:
        """Return valid records by ascending sequence."""

    def standing(self, member: str) -> Standing | None:
        """Return a member's status."""

    def count(self, status: MemberStatus) -> int:
        """Return how many members have this status."""

    def check(self) -> None:
        """Raise when the database does not answer."""

    def close(self) -> None:
        """Let go of the database."""
