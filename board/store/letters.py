"""Ports of what members and people tell each other. Pages go from the newest to the oldest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from board.domain.requests import DataRequest


@dataclass(frozen=True, slots=True)
class Message:
    """Something that people should know; the page finds the words for its kind and fills in its values."""

    message: int
    at_ms: int
    kind: str
    subject: str  # the id of what it is about
    values: Mapping[str, str] = field(default_factory=dict)
    read: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """A member that our gateway refuses, and why."""

    member: str
    reason: str
    at_ms: int
    by: str


@dataclass(frozen=True, slots=True)
class Shared:
    """The description of a data set that its owner shows to us and not to everybody."""

    member: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: tuple[str, ...]  # "name:type"
    has_label: bool
    tags: tuple[str, ...]
    at_ms: int


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call to another member's board that is to be delivered."""

    member: str
    method: str
    request: bytes
    at_ms: int


class RequestStore(Protocol):
    """Requests for data, ours and those of partners."""

    def add(self, request: DataRequest) -> bool:
        """Add one; False when the id is known."""
        ...

    def find(self, request: str) -> DataRequest | None:
        """Return one."""
        ...

    def page(self, *, asker: str = "", owner: str = "", status: str = "", project: str = "") -> list[DataRequest]:
        """Return the newest five hundred that fit."""
        ...

    def decide(self, decided: DataRequest, answer: Outgoing | None = None) -> bool:
        """Keep a decision, and in the same transaction the letter that tells of it; False when there is one already."""
        ...


class MessageStore(Protocol):
    """Messages to this member's people; each account reads for itself."""

    def add(self, at_ms: int, kind: str, subject: str, values: Mapping[str, str], keep: int) -> None:
        """Add one, and drop the oldest beyond `keep`."""
        ...

    def may_add(self, since_ms: int, kind: str, subject: str, values: Mapping[str, str], most: int) -> bool:
        """Whether since then the very same message was not added, and fewer than `most` of its kind and subject."""
        ...

    def page(self, account: str, before: int, limit: int, *, unread: bool) -> list[Message]:
        """Return messages with a number below `before` (0: the newest)."""
        ...

    def unread(self, account: str) -> int:
        """Count what an account has not read."""
        ...

    def read(self, account: str, message: int) -> None:
        """Note that an account has read a message; 0: all."""
        ...


class BlockStore(Protocol):
    """Why members are refused; that they are stands in the gateway's policy."""

    def put(self, blocked: Blocked) -> None:
        """Add or replace."""
        ...

    def all(self) -> list[Blocked]:
        """Return all."""
        ...

    def drop(self, member: str) -> None:
        """Forget one."""
        ...


class SharedStore(Protocol):
    """Descriptions that their owners show to us alone."""

    def put(self, shared: Shared) -> None:
        """Add or replace."""
        ...

    def drop(self, member: str, data_set: str) -> None:
        """Forget one."""
        ...

    def of(self, member: str) -> list[Shared]:
        """Return a member's; of all when none is named."""
        ...
