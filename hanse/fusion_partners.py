"""A fusion node's partners."""

from collections.abc import Mapping
from typing import Any

from hanse.fusion_calls import FusionCalls, Json

_IDENTITY = ("node", "address", "signing_key", "stream_key", "tls_cert")


class FusionPartners(FusionCalls):
    """Whom a node talks to."""

    def identity(self) -> Json:
        """Describe the node: id, address, keys, fingerprint, and the invitation for partners."""
        return self._call("GET", "/identity")

    def add_partner(self, invitation: str | Mapping[str, Any]) -> Json:
        """Add a partner by the invitation that its node shows, or by its `identity()`; it is unconfirmed then."""
        if isinstance(invitation, str):
            return self._call("POST", "/partners", json={"invitation": invitation})
        return self._call("POST", "/partners", json={name: invitation[name] for name in _IDENTITY})

    def confirm_partner(self, partner: str, fingerprint: str) -> Json:
        """Confirm a partner.

        Parameters
        ----------
        fingerprint
            What the partner's operator told by another channel, all of it: never what came with the invitation.
        """
        return self._call("POST", f"/partners/{partner}/confirm", json={"fingerprint": fingerprint})

    def renew_partner(self, partner: str, invitation: str, fingerprint: str) -> Json:
        """Take a partner's new keys; what is under way with it goes on.

        Parameters
        ----------
        invitation
            What its node shows now.
        fingerprint
            Of the new keys, as the partner's operator told it by another channel, all of it.
        """
        body = {"invitation": invitation, "fingerprint": fingerprint}
        return self._call("POST", f"/partners/{partner}/keys", json=body)

    def block_partner(self, partner: str, reason: str = "") -> Json:
        """Take no calls of a partner; what is under way with it is stopped."""
        return self._call("POST", f"/partners/{partner}/block", json={"reason": reason})

    def unblock_partner(self, partner: str) -> Json:
        """Let a partner in again."""
        return self._call("POST", f"/partners/{partner}/unblock")

    def check_partner(self, partner: str) -> Json:
        """Call the partner's node; `problem` is None where alignments can be made."""
        return self._call("POST", f"/partners/{partner}/check")

    def move_partner(self, partner: str, address: str) -> Json:
        """Change where a partner's node is called."""
        return self._call("POST", f"/partners/{partner}/address", json={"address": address})

    def delete_partner(self, partner: str) -> None:
        """Talk to a partner no more."""
        self._call("DELETE", f"/partners/{partner}")

    def partners(self) -> list[Json]:
        """List the partners."""
        return self._items("/partners")
