"""Notifications from Python: mail servers and webhooks that are told what happens at a board."""

from typing import Any

from hanse.calls import Calls, Json


class Notifications(Calls):
    """The part of the client that concerns notifications outside the browser."""

    def channels(self) -> list[Json]:
        """List the channels with what waits for each, and the problem of the last try."""
        return self._items("/notification-channels")

    def create_channel(self, kind: str, name: str, address: str, **more: Any) -> Json:
        """Set one up.

        Parameters
        ----------
        kind
            "mail" or "webhook".
        address
            host:port of the mail server, or the webhook's URL; the board's operator must have opened it.
        more
            events, language, security, sender, recipients, user, secret, enabled.
        """
        body = {"kind": kind, "name": name, "address": address, **more}
        return self._call("POST", "/notification-channels", json=body)

    def test_channel(self, channel: str) -> None:
        """Send a test now; raises what keeps it from arriving."""
        self._call("POST", f"/notification-channels/{channel}/tests", json={})

    def delete_channel(self, channel: str) -> None:
        """Delete one with what waits for it."""
        self._call("DELETE", f"/notification-channels/{channel}")
