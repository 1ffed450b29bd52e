"""The port through which a task's parties talk."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Names one message of one attempt: sending it twice delivers it once."""

    job: str
    task: str
    attempt: int
    message: str
    step: str
    sender: str  # member ids
    receiver: str


class Channel(Protocol):
    """Carries whole payloads between the parties of one attempt."""

    def send(self, key: MessageKey, payload: bytes) -> None:
        """Hand over a payload; returns once it is kept safely, delivery follows.

        Raises
        ------
        UndeclaredMessage
            The gateway holds no grant for it.
        """

    def recv(self, key: MessageKey) -> bytes:
        """Wait for a payload.

        Raises
        ------
        PeerGone
            The sender cannot be reached.
        Cancelled
            Our own side was asked to stop.
        """
