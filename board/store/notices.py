"""Ports of notifications: channels, and what waits to be told through them."""

from dataclasses import dataclass
from typing import Protocol

from board.domain.notices import Channel, Notice


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that is to go out through a channel."""

    id: int
    channel: str
    notice: Notice
    attempts: int


class NoticeStore(Protocol):
    """Channels and the notices that wait."""

    def put_channel(self, channel: Channel) -> None:
        """Add or replace."""
        ...

    def channels(self) -> list[Channel]:
        """Return all, the oldest first."""
        ...

    def drop_channel(self, channel: str) -> None:
        """Delete one with what waits for it."""
        ...

    def add(self, notice: Notice, channels: tuple[str, ...], quiet_since_ms: int, most: int) -> None:
        """Keep a notice for each channel, unless the event was told of the subject since then; at most so many wait."""
        ...

    def due(self, now_ms: int) -> list[Waiting]:
        """Return the oldest notice of each channel whose time has come."""
        ...

    def sent(self, waiting: Waiting, at_ms: int, problem: str) -> None:
        """Note that one has gone out, and who did not get it."""
        ...

    def later(self, waiting: Waiting, next_ms: int, problem: str) -> None:
        """Try one again at a time; 0: give it up."""
        ...

    def waiting(self, channel: str) -> int:
        """Count what waits for a channel."""
        ...


class SecretBox(Protocol):
    """Seals what must not lie readable in a database."""

    def seal(self, name: str, secret: str) -> bytes:
        """Encrypt a secret for its place."""
        ...

    def open(self, name: str, sealed: bytes) -> str:
        """Decrypt it; raises SecretUnreadable."""
        ...
