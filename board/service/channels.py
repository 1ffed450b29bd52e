"""The channels out of the house: administrators set them up, to addresses that the operator has opened."""

import secrets
from dataclasses import replace

from board.domain.errors import InvalidFields, NotDelivered
from board.domain.notices import MAIL, TEST, WEBHOOK, Channel, Notice
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.notices import Carrier, Notices
from board.store.notices import NoticeStore, SecretBox
from common.errors import NotFound

_LEAST_SECRET = 16


class Channels:
    """Mail servers and webhooks."""

    def __init__(self, store: NoticeStore, box: SecretBox, carrier: Carrier, notices: Notices, audit: Audit) -> None:
        self._store, self._box, self._carrier = store, box, carrier
        self._notices, self._audit = notices, audit

    def all(self) -> list[tuple[Channel, int]]:
        """Return each with the number of notices that wait for it."""
        return [(channel, self._store.waiting(channel.channel)) for channel in self._store.channels()]

    def create(self, wanted: Channel, secret: str, by: str) -> Channel:
        """Set one up."""
        channel = replace(wanted, channel=f"chn-{secrets.token_hex(8)}", created_ms=now_ms(), created_by=by)
        return self._keep(channel, secret, "channel_created", by)

    def change(self, channel: str, wanted: Channel, secret: str, by: str) -> Channel:
        """Change one; an empty secret leaves the present one, as long as the address stays."""
        found = self.find(channel)
        kept = found.secret if wanted.address == found.address and wanted.user == found.user else b""
        changed = replace(
            wanted,
            channel=channel,
            secret=kept,
            created_ms=found.created_ms,
            created_by=found.created_by,
            sent_ms=found.sent_ms,
        )
        return self._keep(changed, secret, "channel_changed", by)

    def delete(self, channel: str, by: str) -> None:
        """Delete one with all that waits for it."""
        self.find(channel)
        self._store.drop_channel(channel)
        self._audit.note(by, "channel_deleted", channel)

    def test(self, channel: str, by: str) -> None:
        """Send a test now; raises what keeps it from arriving."""
        found = self.find(channel)
        problem = self._notices.hand_over(found, Notice(f"ntc-{secrets.token_hex(8)}", TEST, channel, now_ms()))
        if problem:
            raise NotDelivered(problem)
        self._audit.note(by, "channel_tested", channel)

    def find(self, channel: str) -> Channel:
        """Return one; raises NotFound."""
        for found in self._store.channels():
            if found.channel == channel:
                return found
        raise NotFound(f"there is no channel {channel}")

    def _keep(self, channel: Channel, secret: str, action: str, by: str) -> Channel:
        if channel.kind == MAIL and not (channel.sender and channel.recipients):
            raise InvalidFields("sender, recipients: mail needs both")
        if channel.kind == WEBHOOK and len(secret) < _LEAST_SECRET and not (channel.secret and not secret):
            raise InvalidFields(f"secret: a webhook's signature needs {_LEAST_SECRET} characters or more")
        self._carrier.check(channel)
        if secret:
            channel = replace(channel, secret=self._box.seal(channel.channel, secret))
        self._store.put_channel(channel)
        self._audit.note(by, action, channel.channel, f"{channel.kind} {channel.name}")
        return channel
