"""Ports of the gateway's storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gateway.domain.grants import Grant
    from gateway.domain.members import Federation
    from gateway.domain.messages import Announced, EgressLine, MessageKey, Parcel


class GrantStore(Protocol):
    """Grants of the own flow."""

    def save(self, grant: Grant) -> None:
        """Keep the grant in place of the task's former one."""
        ...

    def close(self, job: str, task: str) -> None:
        """Mark the task as over."""
        ...

    def find(self, job: str, task: str) -> tuple[Grant, bool] | None:
        """Give the task's grant and whether it is closed."""
        ...


@dataclass(frozen=True, slots=True)
class SentState:
    """How a message in the outbox stands."""

    sha256: bytes
    state: str
    code: str = ""
    detail: str = ""


class OutboxStore(Protocol):
    """Messages on their way to other members: spooled, then sending, then delivered, dropped or refused."""

    def add(self, parcel: Parcel) -> bool:
        """Add a spooled message; False when its key is there already."""
        ...

    def find(self, key: MessageKey) -> SentState | None:
        """Give the state of a message."""
        ...

    def start(self, parcel: Parcel, line: EgressLine) -> None:
        """Note that the message begins to leave, and the egress line with it, once."""
        ...

    def end(self, key: MessageKey, state: str, code: str = "", detail: str = "") -> None:
        """Note how the message ended."""
        ...

    def unfinished(self) -> list[Parcel]:
        """List what is not delivered, dropped or refused, oldest first."""
        ...

    def waiting(self) -> Mapping[str, tuple[int, int, int]]:
        """Tell by receiver how many messages are unfinished, their bytes, and since when the oldest waits."""
        ...

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Forget the task's messages: all, or those of attempts below one."""
        ...


class InboxStore(Protocol):
    """Messages that came whole."""

    def add(self, announced: Announced) -> None:
        """Note a message that came whole."""
        ...

    def find(self, key: MessageKey) -> Announced | None:
        """Give a message that came whole."""
        ...

    def used_bytes(self) -> Mapping[str, int]:
        """Sum the bytes by sender."""
        ...

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Forget the task's messages: all, or those of attempts below one."""
        ...


class EgressStore(Protocol):
    """The append-only record of what left."""

    def append(self, line: EgressLine) -> None:
        """Add a line."""
        ...

    def page(self, job: str, after: int, size: int) -> list[EgressLine]:
        """List lines, the newest first, from the one before `after` on (0: from the newest); an empty job means all."""
        ...

    def sums(self, job: str) -> Mapping[str, int]:
        """Sum the bytes by kind."""
        ...

    def sent(self, from_ms: int) -> Mapping[str, tuple[int, int]]:
        """Count messages and bytes since then, by member."""
        ...

    def sums_by_task(self, job: str) -> list[tuple[str, str, int, int]]:
        """Sum a job's bytes and messages by task and receiver: (task, member, bytes, messages)."""
        ...


class EntryStore(Protocol):
    """The register's member entries with their proofs, the federation, and the newest head seen."""

    def load(self) -> Mapping[str, bytes]:
        """Give the serialised entries by member."""
        ...

    def save(self, member: str, entry: bytes) -> None:
        """Keep an entry in place of the member's former one."""
        ...

    def federation(self) -> Federation | None:
        """Give the federation and the newest head that were seen."""
        ...

    def set_federation(self, federation: Federation) -> None:
        """Keep the federation and its head."""
        ...


class PolicyStore(Protocol):
    """The policy as canonical JSON."""

    def load(self) -> bytes | None:
        """Give the policy, None when none was set."""
        ...

    def save(self, policy: bytes) -> None:
        """Keep the policy."""
        ...


class Draft(Protocol):
    """A payload that is being written."""

    size: int

    def write(self, chunk: bytes) -> None:
        """Append a chunk."""
        ...

    def finish(self, sha256: bytes) -> None:
        """Check the hash and put the payload in place."""
        ...

    def discard(self) -> None:
        """Remove what was written."""
        ...

    def keep(self) -> None:
        """Close the file and keep what was written, to go on from there."""
        ...


class Spool(Protocol):
    """Payload files of one direction."""

    def draft(self, key: MessageKey, from_byte: int | None) -> Draft:
        """Write a payload: anew beside others (None), or going on with the message's part from a byte."""
        ...

    def part_size(self, key: MessageKey) -> int:
        """Bytes of the message's part; 0 without one."""
        ...

    def path(self, key: MessageKey) -> Path:
        """Where the whole payload lies."""
        ...

    def chunks(self, key: MessageKey, from_byte: int = 0) -> Iterator[bytes]:
        """Read the whole payload in chunks of at most 1 MiB."""
        ...

    def remove(self, key: MessageKey) -> None:
        """Remove a payload."""
        ...

    def drop(self, job: str, task: str, below: int | None = None) -> None:
        """Remove the task's payloads: all, or those of attempts below one."""
        ...
