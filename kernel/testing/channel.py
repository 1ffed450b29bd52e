"""A channel in memory that keeps what passed, notices who is gone, and can be told to fail."""

import threading
from collections.abc import Callable

from kernel.core.channel import MessageKey
from kernel.core.errors import Cancelled, PeerGone

PATIENCE_S = 120.0  # a deadlock in a test ends with PeerGone instead of never


class Killed(BaseException):
    """Ends a party as kill -9 would: no clean-up of the component runs."""


class Hub:
    """Messages of one attempt between all parties.

    Parameters
    ----------
    on_send
        Called in the sender's thread before each message with its key and the number of messages so far; may raise
        `Killed` or call `cancel`.
    on_receive
        Called in the receiver's thread with the key of each message that it has got.
    alter
        What a dishonest or broken sender delivers in a payload's place.
    patience_s
        How long a party waits for a message.
    """

    def __init__(
        self,
        on_send: Callable[["Hub", MessageKey, int], None] | None = None,
        alter: Callable[[MessageKey, bytes], bytes] | None = None,
        on_receive: Callable[[MessageKey], None] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.transcript: list[tuple[MessageKey, bytes]] = []
        self._waiting: dict[MessageKey, bytes] = {}
        self._ended: set[str] = set()
        self._cancelled: set[str] = set()
        self._changed = threading.Condition()
        self._patience_s = patience_s
        self._on_send, self._alter, self._on_receive = on_send, alter, on_receive

    def send(self, key: MessageKey, payload: bytes) -> None:
        """Deliver a payload; the same key again delivers nothing."""
        if self._on_send is not None:
            self._on_send(self, key, len(self.transcript))
        payload = payload if self._alter is None else self._alter(key, payload)
        with self._changed:
            if all(key != sent for sent, _ in self.transcript):
                self.transcript.append((key, payload))
                self._waiting[key] = payload
                self._changed.notify_all()

    def recv(self, key: MessageKey) -> bytes:
        """Wait for a payload, our own cancellation, or the sender's end."""
        payload = self._wait(key)
        if self._on_receive is not None:
            self._on_receive(key)
        return payload

    def _wait(self, key: MessageKey) -> bytes:
        with self._changed:
            done = self._changed.wait_for(
                lambda: key in self._waiting or key.sender in self._ended or key.receiver in self._cancelled,
                self._patience_s,
            )
            if key.receiver in self._cancelled:
                raise Cancelled
            if not done or key not in self._waiting:
                raise PeerGone(f"{key.sender} is gone; waited for {key.message} {key.step}", party=key.sender)
            return self._waiting.pop(key)

    def end(self, member: str) -> None:
        """Say that a party sends no more."""
        with self._changed:
            self._ended.add(member)
            self._changed.notify_all()

    def cancel(self, member: str) -> None:
        """Ask a party to stop."""
        with self._changed:
            self._cancelled.add(member)
            self._changed.notify_all()

    def is_cancelled(self, member: str) -> bool:
        """Whether a party was asked to stop."""
        return member in self._cancelled
