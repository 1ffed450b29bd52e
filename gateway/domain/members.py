"""Members as the register shows them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from gateway.domain.errors import BadEntryError

ADMITTED = "admitted"
FROZEN = "frozen"
_KEY_BYTES = 32
_ADDRESS = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,253}:\d{1,5}")


@dataclass(frozen=True, slots=True)
class Federation:
    """What the union says of the federation: salt of its records, newest head, and who governs it."""

    salt: bytes
    head: int
    governors: frozenset[str]
    threshold: int

    def same_as(self, other: Federation) -> bool:
        """Whether it is the same federation, whatever the heads are."""
        return (self.salt, self.governors, self.threshold) == (other.salt, other.governors, other.threshold)


@dataclass(frozen=True, slots=True)
class Decision:
    """A governor's signed word about a member."""

    member: str
    action: str
    governor: str
    successor: str = ""


def decided(federation: Federation, decisions: list[Decision], member: str, action: str, successor: str = "") -> bool:
    """Whether as many governors as are needed have signed this about the member."""
    wanted = (member, action, successor.lower())
    who = {d.governor for d in decisions if (d.member, d.action, d.successor.lower()) == wanted}
    return len(who & federation.governors) >= max(1, federation.threshold)


@dataclass(frozen=True, slots=True)
class Member:
    """A member: where its gateway is and how it proves itself."""

    id: str
    name: str
    gateway: str
    signing: bytes
    stream: bytes
    tls_cert: bytes
    owner: str
    nonce: int
    status: str
    sequence: int

    @property
    def admitted(self) -> bool:
        """Whether the federation's governance admits it at present."""
        return self.status == ADMITTED


def member_from(record_id: str, body: Any, owner: str, nonce: int, status: str, sequence: int) -> Member:
    """Read a member record's body; raises `BadEntryError`."""
    try:
        member = Member(
            record_id,
            str(body["name"]),
            str(body["gateway"]),
            bytes.fromhex(body["signing_key"]),
            bytes.fromhex(body["stream_key"]),
            base64.b64decode(body["tls_cert"], validate=True),
            owner,
            nonce,
            status,
            sequence,
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as problem:
        raise BadEntryError(f"the entry of {record_id!r} lacks or misspells a field: {problem}") from problem
    if not _ADDRESS.fullmatch(member.gateway):
        raise BadEntryError(f"the entry of {record_id!r} has no gateway address")
    if len(member.signing) != _KEY_BYTES or len(member.stream) != _KEY_BYTES:
        raise BadEntryError(f"the entry of {record_id!r} has a key that is not 32 bytes long")
    return member
