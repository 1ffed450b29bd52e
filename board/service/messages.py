"""Messages to this member's people: what happened elsewhere that they should know."""

from collections.abc import Mapping

from board.service.clock import now_ms
from board.store.letters import Message, MessageStore

_KEPT = 5000
_LONGEST = 500


class Messages:
    """Messages, and what each account has read of them."""

    def __init__(self, store: MessageStore) -> None:
        self._store = store

    def note(self, kind: str, subject: str, values: Mapping[str, str], *, quiet_ms: int = 0) -> None:
        """Add a message; its words come from the page's catalogue, so only values are kept.

        Parameters
        ----------
        quiet_ms
            So long the very same message is not repeated.
        """
        short, now = {name: value[:_LONGEST] for name, value in values.items()}, now_ms()
        if not quiet_ms or not self._store.told_since(now - quiet_ms, kind, subject[:300], short):
            self._store.add(now, kind, subject[:300], short, _KEPT)

    def page(self, account: str, before: int, limit: int, *, unread: bool) -> list[Message]:
        """Return messages, the newest first."""
        return self._store.page(account, before, limit, unread=unread)

    def unread(self, account: str) -> int:
        """Count what an account has not read."""
        return self._store.unread(account)

    def read(self, account: str, message: int) -> None:
        """Note that an account has read a message; 0: all."""
        self._store.read(account, message)
