"""Messages that other members send to us: each is spooled as it comes, and counts once it is whole."""

from __future__ import annotations

import hmac
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gateway.domain.errors import (
    DigestMismatchError,
    MessageConflictError,
    NoMessageYetError,
    NotYourMessageError,
    PeerGoneError,
    SpoolBrokenError,
    SpoolFullError,
    SupersededError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.domain.messages import Announced, MessageKey
    from gateway.service.contacts import Contacts
    from gateway.service.tasks import Tasks
    from gateway.store.base import Draft, InboxStore, Spool

#: Waiters look at grants and deadlines at least this often; a message itself wakes them at once.
_LOOK_S = 0.5


class Arrival:
    """A message that is coming in over one stream."""

    def __init__(self, inbox: Inbox, announced: Announced, draft: Draft) -> None:
        self._inbox = inbox
        self.announced = announced
        self.draft = draft

    def write(self, chunk: bytes) -> None:
        """Spool a verified chunk; what is spooled is the point from which a broken stream goes on."""
        self._inbox.check_current(self)
        if self.draft.size + len(chunk) > self.announced.total_bytes:
            self.draft.discard()
            raise DigestMismatchError("more bytes came than were announced")
        with self._inbox.telling_own_kernel(self.announced.key):
            self.draft.write(chunk)

    def finish(self) -> None:
        """Count the message as delivered; raises unless it is whole and still wanted."""
        with self._inbox.telling_own_kernel(self.announced.key):
            self._inbox.take(self)

    def leave(self) -> None:
        """Close the file and keep what came so far."""
        self.draft.keep()


class Inbox:
    """Takes messages in and hands them to the own kernel."""

    def __init__(
        self, own_member: str, tasks: Tasks, store: InboxStore, spool: Spool, contacts: Contacts, quota_bytes: int
    ) -> None:
        self._own = own_member
        self._tasks = tasks
        self._store = store
        self._spool = spool
        self._contacts = contacts
        self._quota = quota_bytes
        self._changed = threading.Condition()
        self._over = False
        self._whole: dict[str, Announced] = {}
        self._current: dict[str, Arrival | None] = {}
        self._used = dict(store.used_bytes())
        tasks.on_drop(self.drop)
        contacts.on_gone.append(self.wake)

    def _find(self, key: MessageKey) -> Announced | None:
        return self._whole.get(key.id) or self._store.find(key)

    def _look_up(self, peer: str, announced: Announced) -> bool:
        """Whether the message is here already; raises when it may not come at all."""
        announced.check()
        key = announced.key
        if key.sender != peer or key.receiver != self._own:
            raise NotYourMessageError(f"{peer} sent a message from {key.sender} to {key.receiver}")
        self._tasks.allow(key, announced.total_bytes)
        known = self._find(key)
        if known is None:
            return False
        if not hmac.compare_digest(known.sha256, announced.sha256):
            raise MessageConflictError(f"{key.message!r} {key.step!r} of {key.job}/{key.task} came with other content")
        return True

    def resume_point(self, peer: str, announced: Announced) -> tuple[bool, int]:
        """Say whether the message is whole, and how many bytes of it are here."""
        if self._look_up(peer, announced):
            return True, announced.total_bytes
        with self._changed:
            # An older stream that still hangs must not write beyond what is said here.
            self._current[announced.key.id] = None
        return False, self._spool.part_size(announced.key)

    def begin(self, peer: str, announced: Announced, from_byte: int) -> Arrival | None:
        """Begin to take a message in; None when it is here already."""
        if self._look_up(peer, announced):
            return None
        with self._changed:
            held = self._used.get(peer, 0) + self._coming(peer, announced.key)
            if held + announced.total_bytes > self._quota:
                raise SpoolFullError(f"{self._own} holds {held} bytes from {peer}", party=self._own)
            with self.telling_own_kernel(announced.key):
                arrival = Arrival(self, announced, self._spool.draft(announced.key, from_byte))
            self._current[announced.key.id] = arrival
        return arrival

    @contextmanager
    def telling_own_kernel(self, key: MessageKey) -> Iterator[None]:
        """End the attempt when our spool fails: only our people can mend it, the sender just tries again."""
        try:
            yield
        except SpoolBrokenError as error:
            self._tasks.fail(key, error)
            self.wake()
            raise

    def _coming(self, peer: str, besides: MessageKey) -> int:
        """Bytes announced for the peer's unfinished messages, which lie on the disk as well."""
        arrivals = [a.announced for a in self._current.values() if a is not None]
        return sum(a.total_bytes for a in arrivals if a.key.sender == peer and a.key != besides)

    def check_current(self, arrival: Arrival) -> None:
        """Raise unless this stream is the newest of its message."""
        with self._changed:
            if self._current.get(arrival.announced.key.id) is not arrival:
                raise SupersededError("another stream carries the message now")

    def take(self, arrival: Arrival) -> None:
        """Put a whole message in place and wake who waits for it."""
        announced, key = arrival.announced, arrival.announced.key
        self.check_current(arrival)
        if arrival.draft.size != announced.total_bytes:
            arrival.draft.keep()
            raise DigestMismatchError(f"{arrival.draft.size} bytes came, {announced.total_bytes} were announced")
        with self._changed:
            try:
                arrival.draft.finish(announced.sha256)
            except SpoolBrokenError:
                # A newer attempt or the task's end removes the folder; then say so rather than blame the disk.
                self._tasks.allow(key)
                raise
            self._tasks.allow(key)
            self._store.add(announced)
            self._whole[key.id] = announced
            self._current.pop(key.id, None)
            self._used[key.sender] = self._used.get(key.sender, 0) + announced.total_bytes
            self._changed.notify_all()

    def wake(self) -> None:
        """Let every waiter look again."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> None:
        """Send all waiters home; they ask again when the gateway is back."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def wait(self, key: MessageKey, wait_s: float, wanted: Callable[[], bool] = lambda: True) -> Announced:
        """Wait until the message is whole.

        Parameters
        ----------
        key : MessageKey
            The message.
        wait_s : float
            How long to wait at most.
        wanted : callable
            Whether the caller is still there.

        Raises
        ------
        NoMessageYetError
            The wait is over.
        PeerGoneError
            The sender's gateway cannot be reached.
        StaleAttemptError, TaskClosedError, NotGrantedError, DeliveryRefusedError
            The message cannot come any more, or the attempt is lost.
        """
        key.check()
        if key.receiver != self._own:
            raise NotYourMessageError(f"{self._own} receives nothing for {key.receiver}")
        deadline = time.monotonic() + wait_s
        with self._changed:
            found = self._find(key)
        if found is not None:
            self._tasks.allow(key)
            return found
        with self._contacts.watching(key.sender), self._changed:
            while True:
                self._tasks.allow(key)
                found = self._whole.get(key.id)
                if found is not None:
                    return found
                self._tasks.check(key)
                if self._contacts.gone(key.sender):
                    raise PeerGoneError(f"{key.sender}'s gateway cannot be reached", party=key.sender)
                left = deadline - time.monotonic()
                if left <= 0 or self._over or not wanted():
                    raise NoMessageYetError(f"{key.message!r} {key.step!r} from {key.sender}", party=key.sender)
                self._changed.wait(min(left, _LOOK_S))

    def chunks(self, announced: Announced) -> Iterator[bytes]:
        """Read a whole message."""
        return self._spool.chunks(announced.key)

    def drop(self, job: str, task: str, below: int | None) -> None:
        """Forget a task's messages: all, or those of attempts below one."""
        with self._changed:
            self._store.drop(job, task, below)
            self._spool.drop(job, task, below)
            for found in [a for a in self._whole.values() if (a.key.job, a.key.task) == (job, task)]:
                if below is None or found.key.attempt < below:
                    del self._whole[found.key.id]
            for arrival in [a for a in self._current.values() if a is not None]:
                key = arrival.announced.key
                if (key.job, key.task) == (job, task) and (below is None or key.attempt < below):
                    del self._current[key.id]
            self._used = dict(self._store.used_bytes())
            self._changed.notify_all()
