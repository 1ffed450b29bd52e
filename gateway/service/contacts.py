"""Whether other gateways can be reached: learnt from all traffic, and from probes while somebody waits for a member."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from common import log
from common.errors import DeadlineExceeded, HanseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gateway.service.ports import Peers

_LOG = log.get(__name__)
_QUIET_S = 0.5
_PROBE_TIMEOUT_S = 1.0
_PROBE_PAUSE_S = 0.25


class _Contact:
    def __init__(self) -> None:
        self.waiters = 0
        self.probing = False
        self.last_ok = float("-inf")
        self.failing_since: float | None = None
        self.last_failure = float("-inf")
        self.hung = False


class Contacts:
    """Tells who is gone.

    A member is gone when contact has failed for `gone_after_s` and still fails. Where its gateway does not refuse but
    merely does not answer in time, which a loaded machine does too, it takes `hung_after_s`.
    """

    def __init__(self, peers: Peers, gone_after_s: float = 1.5, hung_after_s: float = 8.0) -> None:
        self._peers = peers
        self._gone_after = gone_after_s
        self._hung_after = hung_after_s
        self._changed = threading.Condition()
        self._contacts: dict[str, _Contact] = {}
        self._threads: list[threading.Thread] = []
        self._over = False
        self.on_gone: list[Callable[[], None]] = []
        self.on_back: list[Callable[[str], None]] = []

    def _of(self, member: str) -> _Contact:
        return self._contacts.setdefault(member, _Contact())

    def ok(self, member: str) -> None:
        """Note that the member's gateway has answered."""
        with self._changed:
            contact = self._of(member)
            back = contact.failing_since is not None
            contact.last_ok = time.monotonic()
            contact.failing_since = None
        if back:
            _LOG.info("peer_back", member=member)
            for tell in self.on_back:
                tell(member)

    def hint(self, member: str) -> None:
        """Note that the member calls us: when it could not be reached, what waits for it is tried at once."""
        with self._changed:
            failing = self._of(member).failing_since is not None
        if failing:
            for tell in self.on_back:
                tell(member)

    def failed(self, member: str, started: float, error: HanseError) -> None:
        """Note that contact failed; `started` is the monotonic time at which it was tried."""
        with self._changed:
            contact = self._of(member)
            if contact.last_ok > started:
                return
            first = contact.failing_since is None
            if contact.failing_since is None:
                contact.failing_since = started
            contact.last_failure = time.monotonic()
            contact.hung = isinstance(error, DeadlineExceeded)
            gone = self._is_gone(contact)
        if first:
            _LOG.warning("peer_unreachable", member=member, code=error.code, detail=error.detail)
        if gone:
            for tell in self.on_gone:
                tell()

    def _is_gone(self, contact: _Contact) -> bool:
        if contact.failing_since is None:
            return False
        needed = self._hung_after if contact.hung else self._gone_after
        # An old failure says nothing about now; the probes refresh it while somebody waits.
        fresh = time.monotonic() - contact.last_failure < 2 * (_PROBE_TIMEOUT_S + _PROBE_PAUSE_S)
        return fresh and contact.last_failure - contact.failing_since >= needed

    def gone(self, member: str) -> bool:
        """Whether the member cannot be reached and has not been for some time."""
        with self._changed:
            return self._is_gone(self._of(member))

    @contextmanager
    def watching(self, member: str) -> Iterator[None]:
        """Probe the member while the context lasts."""
        with self._changed:
            contact = self._of(member)
            contact.waiters += 1
            if not contact.probing and not self._over:
                contact.probing = True
                thread = threading.Thread(
                    target=self._probe, args=(member, contact), name=f"probe-{member}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                contact.waiters -= 1

    def _probe(self, member: str, contact: _Contact) -> None:
        while True:
            with self._changed:
                while not self._over and not contact.waiters:
                    self._changed.wait()
                if self._over:
                    return
                pause = contact.last_ok + _QUIET_S - time.monotonic()
                if contact.failing_since is not None:
                    pause = contact.last_failure + _PROBE_PAUSE_S - time.monotonic()
                if pause > 0:
                    self._changed.wait(pause)
                    continue
            started = time.monotonic()
            try:
                self._peers.hello(member, _PROBE_TIMEOUT_S)
            except HanseError as error:
                self.failed(member, started, error)
            else:
                self.ok(member)

    def stop(self) -> None:
        """End the probes."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(2 * _PROBE_TIMEOUT_S)
