"""Ports of the gateway towards the world: other gateways, the own services, the union."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.domain.members import Decision, Federation, Member
    from gateway.domain.messages import Announced


class Peers(Protocol):
    """Other members' gateways. Every method raises the peer's error, or `Unavailable`, `DeadlineExceeded`."""

    def hello(self, member: str, timeout_s: float) -> None:
        """Make a round trip."""
        ...

    def resume_point(self, announced: Announced, timeout_s: float) -> tuple[bool, int]:
        """Ask whether a message was delivered, and how many bytes of it are there."""
        ...

    def deliver(self, announced: Announced, from_byte: int, chunks: Iterable[bytes], timeout_s: float) -> bool:
        """Send a message from a byte on; whether it had been delivered before."""
        ...

    def relay(self, member: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Make a control call."""
        ...


class OwnServices(Protocol):
    """Board, flow and serving of this member."""

    def relay(self, service: str, origin: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Hand a partner's control call to a service."""
        ...


class Register(Protocol):
    """The union's register."""

    def federation(self) -> Federation:
        """Say which federation this is, and its newest head."""
        ...

    def members(self) -> list[bytes]:
        """List the newest entry of every member, serialised."""
        ...

    def decisions(self, salt: bytes) -> list[Decision]:
        """List what governors have signed about members; what is not validly signed is left out."""
        ...

    def verify(self, salt: bytes, entry: bytes) -> Member:
        """Verify an entry's owner signature and read it; raises when it proves nothing."""
        ...
