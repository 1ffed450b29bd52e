"""Puts a member's new public keys on the ledger."""

import base64

from board.service.audit import Audit
from board.service.ports import Union
from common.errors import NotFound


class KeyRotation:
    """Announces new keys under the member's ledger key."""

    def __init__(self, union: Union, audit: Audit) -> None:
        self._union, self._audit = union, audit

    def announce(self, member: str, signing: str, stream: str, tls_cert_der: bytes) -> str:
        """Put a record with the new keys on the ledger, all else as it was; return the transaction.

        Raises
        ------
        NotFound
            The member has not registered yet: then there is nothing to rotate.
        """
        entry = self._union.entry("member", member)
        if entry is None:
            raise NotFound(f"{member} stands on no ledger yet", hint="Register first; new keys are for known members.")
        cert = base64.b64encode(tls_cert_der).decode()
        keys = {"signing_key": signing, "stream_key": stream, "tls_cert": cert}
        if entry.body.items() >= keys.items():
            return entry.transaction  # announced before a crash
        proof = self._union.submit("member", member, {**entry.body, **keys})
        self._audit.note("", "keys_rotated", member, proof.transaction)
        return proof.transaction
