"""Make the records by which governance decides about members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import canonical
from common.records import sign_record
from union.domain.record import Kind, Record

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Draft:
    """A record before it is signed."""

    def __init__(self, record_id: str, body: bytes, nonce: int) -> None:
        self.kind = int(Kind.ADMISSION)
        self.record_id = record_id
        self.body = body
        self.owner = ""
        self.nonce = nonce
        self.signature = b""


def sign_admission(
    salt: bytes, governance_key: str, member: str, action: str, *, nonce: int, more: Mapping[str, str] | None = None
) -> Record:
    """Sign a decision about a member with a governance key.

    Parameters
    ----------
    salt : bytes
        The federation's.
    governance_key : str
        Hex secp256k1 key.
    member : str
        Whom it is about.
    action : str
        admit, freeze, unfreeze, remove or rotate.
    nonce : int
        The governor's next.
    more : mapping, optional
        `successor` for rotate.
    """
    body = canonical.dumps({"action": action, "member": member, **(more or {})})
    draft = sign_record(salt, _Draft(member, body, nonce), governance_key)
    return Record(draft.kind, draft.record_id, draft.body, draft.owner, draft.nonce, draft.signature)
