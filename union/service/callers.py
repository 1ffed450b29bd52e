"""Who may call the union: its own services, and every member under the keys that its newest record names."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from common.keys import CallerKeys, KeyDirectory
from ledger.bodies import MemberBody, parse_body
from ledger.record import Kind, MemberStatus, Record

if TYPE_CHECKING:
    from union.store.base import Index

_SHUT_OUT = (MemberStatus.FROZEN, MemberStatus.REMOVED)


class RegisteredCallers:
    """A `KeyDirectory` over the register.

    Parameters
    ----------
    index : Index
        Holds the members' records.
    own : KeyDirectory
        The union's trust file; its ids go first, and no member may have one of them.
    """

    def __init__(self, index: Index, own: KeyDirectory) -> None:
        self._index = index
        self._own = own

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return the keys, or None for an unknown caller."""
        own = self._own.find(caller_id)
        if own is not None:
            return own
        entry = self._index.find(Kind.MEMBER, caller_id)
        standing = self._index.standing(caller_id)
        if entry is None or standing is None:
            return None
        return keys_of(entry.record, frozen=standing.status in _SHUT_OUT)


def keys_of(record: Record, *, frozen: bool = False) -> CallerKeys:
    """Return the keys that a member's record names; raises `RecordInvalid`."""
    body = parse_body(record)
    if not isinstance(body, MemberBody):
        message = "not a member's record"
        raise TypeError(message)
    return CallerKeys(
        signing=bytes.fromhex(body.signing_key),
        stream=bytes.fromhex(body.stream_key),
        frozen=frozen,
        tls_cert=base64.b64decode(body.tls_cert),
    )
