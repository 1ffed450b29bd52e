"""Messages that the own kernel sends: spooled here, then delivered by the dispatcher."""

from __future__ import annotations

import hmac
import threading
import time
from typing import TYPE_CHECKING

from gateway.domain.errors import (
    DigestMismatchError,
    MessageConflictError,
    NotYourMessageError,
    SpoolFullError,
)
from gateway.domain.messages import Parcel

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.domain.messages import Announced, MessageKey
    from gateway.service.tasks import Tasks
    from gateway.store.base import Draft, OutboxStore, Spool


class Outgoing:
    """A message that the kernel is handing over."""

    def __init__(self, outbox: Outbox, parcel: Parcel, draft: Draft) -> None:
        self._outbox = outbox
        self.parcel = parcel
        self.draft = draft
        self._over = False

    def write(self, chunk: bytes) -> None:
        """Spool a chunk."""
        if self.draft.size + len(chunk) > self.parcel.announced.total_bytes:
            raise DigestMismatchError("more bytes came than were announced")
        self.draft.write(chunk)

    def finish(self) -> bool:
        """Accept the message for delivery; True when it had been accepted before."""
        if self.draft.size != self.parcel.announced.total_bytes:
            raise DigestMismatchError(
                f"{self.draft.size} bytes came, {self.parcel.announced.total_bytes} were announced"
            )
        self._over = True
        return self._outbox.accept(self)

    def leave(self) -> None:
        """Forget a message that was not finished."""
        if not self._over:
            self._over = True
            self.draft.discard()
            self._outbox.release(self.parcel)


class Outbox:
    """Takes messages from the own kernel, within a quota per receiver."""

    def __init__(
        self,
        own_member: str,
        tasks: Tasks,
        store: OutboxStore,
        spool: Spool,
        quota_bytes: int,
        submit: Callable[[Parcel], None],
    ) -> None:
        self._own = own_member
        self._tasks = tasks
        self._store = store
        self._spool = spool
        self._quota = quota_bytes
        self._submit = submit
        self._changed = threading.Condition()
        self._used: dict[str, dict[str, int]] = {}
        for parcel in store.unfinished():
            self._used.setdefault(parcel.key.receiver, {})[parcel.key.id] = parcel.announced.total_bytes
        tasks.on_drop(self.drop)

    def begin(self, announced: Announced, wait_s: float) -> Outgoing | None:
        """Begin to take a message; None when it was accepted before.

        Blocks up to `wait_s` while the receiver's quota is used up: this is the back-pressure that the kernel feels.
        """
        announced.check()
        key = announced.key
        if key.sender != self._own:
            raise NotYourMessageError(f"{self._own} sends nothing for {key.sender}")
        grant, message = self._tasks.allow(key, announced.total_bytes)
        self._tasks.check(key)
        if self._known(announced):
            return None
        self._reserve(key, announced.total_bytes, wait_s)
        parcel = Parcel(announced, grant.component, message.carries, grant.expires_ms)
        try:
            return Outgoing(self, parcel, self._spool.draft(key, None))
        except BaseException:  # whatever keeps the file from being opened, its room is free again; raised again
            self.release(parcel)
            raise

    def _known(self, announced: Announced) -> bool:
        known = self._store.find(announced.key)
        if known is None:
            return False
        if not hmac.compare_digest(known.sha256, announced.sha256):
            key = announced.key
            raise MessageConflictError(f"{key.message!r} {key.step!r} of {key.job}/{key.task} was sent before")
        return True

    def _reserve(self, key: MessageKey, size: int, wait_s: float) -> None:
        deadline = time.monotonic() + wait_s
        with self._changed:
            used = self._used.setdefault(key.receiver, {})
            # A message greater than the whole quota goes when nothing else waits.
            while used and sum(used.values()) + size > self._quota:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise SpoolFullError(f"{sum(used.values())} bytes wait for {key.receiver}", party=key.receiver)
                self._changed.wait(left)
                self._tasks.allow(key, size)
            used[key.id] = size

    def release(self, parcel: Parcel) -> None:
        """Free the quota that a message took."""
        with self._changed:
            self._used.get(parcel.key.receiver, {}).pop(parcel.key.id, None)
            self._changed.notify_all()

    def accept(self, outgoing: Outgoing) -> bool:
        """Put a whole message in place and hand it to the dispatcher."""
        parcel = outgoing.parcel
        with self._changed:
            try:
                if self._known(parcel.announced):
                    outgoing.draft.discard()
                    return True
                outgoing.draft.finish(parcel.announced.sha256)
                self._tasks.allow(parcel.key)
                self._store.add(parcel)
            except BaseException:  # whatever keeps it from being taken, neither file nor room stays; raised again
                outgoing.draft.discard()
                self.release(parcel)
                raise
        self._submit(parcel)
        return False

    def drop(self, job: str, task: str, below: int | None) -> None:
        """Forget a task's messages: all, or those of attempts below one."""
        with self._changed:
            self._store.drop(job, task, below)
            self._spool.drop(job, task, below)
            self._used = {}
            for parcel in self._store.unfinished():
                self._used.setdefault(parcel.key.receiver, {})[parcel.key.id] = parcel.announced.total_bytes
            self._changed.notify_all()
