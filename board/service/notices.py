"""Tells people outside the browser: notices wait in the database and go out through each channel until they arrive."""

import secrets
from collections.abc import Mapping
from typing import Protocol

import structlog

from board.domain.notices import Channel, Notice, told
from board.service.audit import Audit
from board.service.clock import now_ms
from board.store.notices import NoticeStore, SecretBox, Waiting
from common.errors import HanseError
from common.loops import Loop

log = structlog.get_logger()
_FIRST_MS, _LONGEST_MS = 5_000, 3_600_000
_GIVE_UP_MS, _QUIET_MS = 3 * 24 * 3600 * 1000, 24 * 3600 * 1000
_MOST_WAITING = 1000  # of a channel
_LOOK_S = 1.0


class Carrier(Protocol):
    """Takes notices out of the house."""

    def check(self, channel: Channel) -> None:
        """Raise AddressNotAllowed when the operator has not opened the channel's address."""
        ...

    def deliver(self, channel: Channel, secret: str, notice: Notice) -> str:
        """Hand a notice over; return who did not get it, if some did; raises NotDelivered, AddressNotAllowed."""
        ...


class Notices:
    """Keeps what is to be told and delivers it."""

    def __init__(self, store: NoticeStore, box: SecretBox, carrier: Carrier, audit: Audit) -> None:
        self._store, self._box, self._carrier, self._audit = store, box, carrier, audit
        self._loop = Loop("notices", lambda: 0.0 if self.deliver_due() else _LOOK_S)

    def tell(self, event: str, subject: str, values: Mapping[str, str]) -> None:
        """Tell of something once a day through the channels of its event; of the values only ids and codes."""
        chosen = tuple(one.channel for one in self._store.channels() if one.enabled and event in one.events)
        if chosen:
            notice = Notice(f"ntc-{secrets.token_hex(8)}", event, subject[:300], now_ms(), told(values))
            self._store.add(notice, chosen, now_ms() - _QUIET_MS, _MOST_WAITING)
            self._loop.ring()

    def hand_over(self, channel: Channel, notice: Notice) -> str:
        """Deliver a notice now; return who did not get it, if some did; raises what keeps it from arriving."""
        secret = self._box.open(channel.channel, channel.secret) if channel.secret else ""
        return self._carrier.deliver(channel, secret, notice)

    def start(self) -> None:
        """Begin to deliver."""
        self._loop.start()

    def close(self) -> None:
        """Stop; what is left goes on at the next start."""
        self._loop.close(20)

    def deliver_due(self) -> int:
        """Try each channel's oldest notice whose time has come; returns how many arrived."""
        due, arrived = self._store.due(now_ms()), 0
        channels = {one.channel: one for one in self._store.channels() if one.enabled}
        for waiting in due:
            if waiting.channel not in channels:
                continue  # deleted at this very moment, or off: what waits goes out when it is on again
            try:
                problem = self.hand_over(channels[waiting.channel], waiting.notice)
            except HanseError as error:
                self._again(waiting, error)
            else:
                self._store.sent(waiting, now_ms(), problem)
                arrived += 1
        return arrived

    def _again(self, waiting: Waiting, error: HanseError) -> None:
        log.info("notice_later", channel=waiting.channel, event_kind=waiting.notice.event, code=error.code)
        if now_ms() - waiting.notice.at_ms > _GIVE_UP_MS:
            self._store.later(waiting, 0, str(error))
            self._audit.note("", "notice_given_up", waiting.channel, f"{waiting.notice.event}: {error.code}")
            return
        delay = min(_LONGEST_MS, _FIRST_MS << min(waiting.attempts, 12))
        self._store.later(waiting, now_ms() + delay, str(error))
