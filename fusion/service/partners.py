"""Partners: whom this node talks to, by keys whose fingerprint both operators compared."""

import threading
from collections.abc import Callable

from common import log
from common.errors import InvalidInput
from common.keys import CallerKeys
from common.rpc.wire import now_ms
from fusion.domain.errors import (
    NotConfirmed,
    NotConfirmedThere,
    PartnerDiffers,
    PartnerInUse,
    UnknownPartner,
    WrongFingerprint,
)
from fusion.domain.identity import read_invitation
from fusion.domain.models import Partner
from fusion.domain.states import OPEN
from fusion.domain.versions import check_versions
from fusion.service.partner_form import check_address, read_partner
from fusion.store.base import PartnerStore, TaskStore

_LOG = log.get(__name__)
_LONGEST_REASON = 500


class Partners:
    """Use cases of the operator; also the keys and pins of the door for partners (a `KeyDirectory`)."""

    def __init__(self, own: str, store: PartnerStore, tasks: TaskStore) -> None:
        self._own, self._store, self._tasks = own, store, tasks
        # What is confirmed is the keys that were compared: nobody may put others in their place meanwhile.
        self._changing = threading.RLock()

    def invited(self, invitation: str) -> Partner:
        """Add a partner by the line of text that its node shows; unconfirmed until the fingerprint is compared."""
        return self.add(**read_invitation(invitation))

    def add(self, node: str, address: str, signing_key: str, stream_key: str, tls_cert: str) -> Partner:
        """Add a partner, unconfirmed; again with the same keys changes the address only.

        Parameters
        ----------
        signing_key, stream_key : str
            Hexadecimal digits.
        tls_cert : str
            Base64 of the DER certificate.
        """
        partner = read_partner(self._own, node, address, signing_key, stream_key, tls_cert)
        with self._changing:
            known = self._store.find(node)
            if known is None:
                self._store.put(partner)
                _LOG.info("partner_added", partner=node, fingerprint=partner.fingerprint)
            elif known.fingerprint != partner.fingerprint:
                raise PartnerDiffers(f"{node} is known with other keys")
            elif known.address != address:
                self.move(node, address)
            return self.get(node)

    def move(self, node: str, address: str) -> Partner:
        """Change where a partner is called; its keys, and so who answers there, stay the same."""
        check_address(address)
        return self._change(node, "partner_moved", address=address)

    def confirm(self, node: str, fingerprint: str) -> Partner:
        """Take in that the operator has compared the fingerprint.

        Parameters
        ----------
        fingerprint
            What the partner's operator said, typed or pasted: all of it.

        Raises
        ------
        WrongFingerprint
            It is another one; the partner stays as it was.
        """
        with self._changing:
            partner = self.get(node)
            if not partner.has_fingerprint(fingerprint):
                _LOG.warning("fingerprint_differs", partner=node)
                raise WrongFingerprint(f"what was given is not the fingerprint of {node}")
            if partner.confirmed_ms:
                return partner
            return self._change(node, "partner_confirmed", confirmed_ms=now_ms())

    def renew(self, node: str, invitation: str, fingerprint: str) -> Partner:
        """Take a partner's new keys in the place of its old ones; what is under way with it goes on.

        Parameters
        ----------
        invitation
            What its node shows now.
        fingerprint
            Of the new keys, as the partner's operator told it by another channel: all of it.

        Raises
        ------
        BadInvitation, InvalidInput, WrongFingerprint
            No invitation, or one of another node; other keys than the operator said. The old keys stay.
        """
        fresh = read_partner(self._own, **read_invitation(invitation))
        if fresh.node != node:
            raise InvalidInput(f"the invitation is {fresh.node}'s, not {node}'s")
        with self._changing:
            self.get(node)
            if not fresh.has_fingerprint(fingerprint):
                _LOG.warning("fingerprint_differs", partner=node)
                raise WrongFingerprint(f"what was given is not the fingerprint of {node}'s new keys")
            keys = {"signing_key": fresh.signing_key, "stream_key": fresh.stream_key, "tls_cert": fresh.tls_cert}
            return self._change(node, "partner_renewed", address=fresh.address, confirmed_ms=now_ms(), **keys)

    def block(self, node: str, reason: str = "") -> Partner:
        """Take no more calls of a partner, and make none."""
        if len(reason) > _LONGEST_REASON:
            raise InvalidInput(f"the reason has more than {_LONGEST_REASON} characters")
        return self._change(node, "partner_blocked", blocked_ms=now_ms(), block_reason=reason)

    def unblock(self, node: str) -> Partner:
        """Let a partner in again, confirmed or not as it was before."""
        return self._change(node, "partner_unblocked", blocked_ms=0, block_reason="")

    def _change(self, node: str, event: str, **values: object) -> Partner:
        self.get(node)
        self._store.change(node, **values)
        _LOG.info(event, partner=node)
        return self.get(node)

    def heard(self, node: str, version: int, oldest: int, *, confirmed_there: bool) -> None:
        """Keep what a partner's node said of itself, and whether its operator has confirmed us."""
        self._store.change(
            node,
            last_seen_ms=now_ms(),
            protocol_version=version,
            oldest_version=oldest,
            confirmed_there=confirmed_there,
        )

    def get(self, node: str) -> Partner:
        """Return one; raises UnknownPartner."""
        partner = self._store.find(node)
        if partner is None:
            raise UnknownPartner(f"there is no partner {node[:80]!r}")
        return partner

    def confirmed(self, node: str) -> Partner:
        """Return one with whom alignments are made.

        Raises
        ------
        UnknownPartner, NotConfirmed, VersionDiffers
            Why not.
        """
        partner = self.get(node)
        if partner.blocked_ms:
            raise NotConfirmed(f"{node} is blocked", hint="Unblock the partner first.")
        if not partner.confirmed_ms:
            raise NotConfirmed(f"nobody here has confirmed {node} yet")
        check_versions(self._own, node, partner.protocol_version, partner.oldest_version)
        return partner

    def admit(self, caller: str) -> None:
        """Let a partner's node do more than greet.

        Raises
        ------
        NotConfirmedThere, VersionDiffers
            What the caller is told.
        """
        try:
            self.confirmed(caller)
        except (UnknownPartner, NotConfirmed) as error:
            told = f"{self._own} has not confirmed {caller}"
            raise NotConfirmedThere(error.detail, party=self._own, public_detail=told) from error

    def all(self) -> list[Partner]:
        """Return all."""
        return self._store.all()

    def delete(self, node: str) -> None:
        """Talk to a partner no more."""
        with self._changing:
            self.get(node)
            if any(task.partner == node for task in self._tasks.in_states(OPEN)):
                raise PartnerInUse(f"{node} takes part in an alignment")
            self._store.delete(node)
        _LOG.info("partner_deleted", partner=node)

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys of a partner that is not blocked, see `common.keys.KeyDirectory`."""
        partner = self._store.find(caller_id)
        if partner is None or partner.blocked_ms:
            return None
        return CallerKeys(partner.signing_key, partner.stream_key, tls_cert=partner.tls_cert)

    def pins(self) -> list[bytes]:
        """Return the certificates of all partners that are not blocked."""
        return [partner.tls_cert for partner in self._store.all() if not partner.blocked_ms]


def block_and_stop(partners: Partners, node: str, reason: str, stop: Callable[[str, str], None]) -> Partner:
    """Block a partner, then end what is under way with it; in this order, so that nothing new begins meanwhile."""
    partner = partners.block(node, reason)
    stop(node, f"{node} was blocked here" + (f": {reason}" if reason else ""))
    return partner
