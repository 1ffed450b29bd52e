"""Messages to this member's people: what happened elsewhere that they should know."""

from collections.abc import Mapping

from board.domain.notices import FAILED, REFUSED, SUCCEEDED, WAITS
from board.service.clock import now_ms
from board.service.notices import Notices
from board.store.letters import Message, MessageStore

_KEPT = 5000
_LONGEST = 500
_MOST = 20  # of a kind about one thing within its quiet time, whatever their words: partners choose some of them

_TOLD_OUTSIDE = {
    "job_succeeded": SUCCEEDED,
    "job_failed": FAILED,
    "job_timed_out": FAILED,
    "schedule_refused": REFUSED,
    "partner_run_refused": REFUSED,
}


class Messages:
    """Messages, and what each account has read of them; some are told outside the browser, too."""

    def __init__(self, store: MessageStore, notices: Notices) -> None:
        self._store, self._notices = store, notices

    def waits(self, kind: str, subject: str, member: str) -> None:
        """Tell outside that a decision waits; in the browser the inbox shows it."""
        self._notices.tell(WAITS, f"{kind} {subject}", {"kind": kind, "member": member})

    def note(self, kind: str, subject: str, values: Mapping[str, str], *, quiet_ms: int = 0) -> None:
        """Add a message; its words come from the page's catalogue, so only values are kept.

        Parameters
        ----------
        quiet_ms
            So long the very same message is not repeated, and few others of its kind about the subject are added.
        """
        short, now = {name: value[:_LONGEST] for name, value in values.items()}, now_ms()
        if not quiet_ms or self._store.may_add(now - quiet_ms, kind, subject[:300], short, _MOST):
            self._store.add(now, kind, subject[:300], short, _KEPT)
            if kind in _TOLD_OUTSIDE:
                self._notices.tell(_TOLD_OUTSIDE[kind], f"{subject} {now if quiet_ms else ''}".strip(), values)

    def page(self, account: str, before: int, limit: int, *, unread: bool) -> list[Message]:
        """Return messages, the newest first."""
        return self._store.page(account, before, limit, unread=unread)

    def unread(self, account: str) -> int:
        """Count what an account has not read."""
        return self._store.unread(account)

    def read(self, account: str, message: int) -> None:
        """Note that an account has read a message; 0: all."""
        self._store.read(account, message)
