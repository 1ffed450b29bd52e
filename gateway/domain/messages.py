"""Messages between kernels and what identifies them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from gateway.domain.errors import MessageShapeError

#: What a declared message may carry; "control" stands in the egress record only.
KINDS = ("ciphertext", "blinded", "masked", "share", "open", "sizes")
CONTROL = "control"
CHUNK_BYTES = 1024 * 1024
_MAX_TEXT = 128
_DIGEST_BYTES = 32
_ODD = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Names one message of one attempt; sending it again delivers it once."""

    job: str
    task: str
    attempt: int
    message: str
    step: str
    sender: str
    receiver: str

    def check(self) -> None:
        """Raise `MessageShapeError` for an empty, over-long or odd field."""
        for name in ("job", "task", "message", "sender", "receiver"):
            text = getattr(self, name)
            if not text or len(text) > _MAX_TEXT or _ODD.search(text):
                raise MessageShapeError(f"the key's {name} is empty, longer than {_MAX_TEXT} or has control characters")
        if len(self.step) > _MAX_TEXT or _ODD.search(self.step):
            raise MessageShapeError(f"the key's step is longer than {_MAX_TEXT} or has control characters")

    @property
    def id(self) -> str:
        """SHA-256 over all fields, each with its length before it: primary key and file name."""
        digest = hashlib.sha256()
        for field in (self.job, self.task, str(self.attempt), self.message, self.step, self.sender, self.receiver):
            raw = field.encode()
            digest.update(len(raw).to_bytes(4, "big") + raw)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Announced:
    """A message as its sender announces it: key, length and hash."""

    key: MessageKey
    total_bytes: int
    sha256: bytes

    def check(self) -> None:
        """Raise `MessageShapeError` for a malformed key or hash."""
        self.key.check()
        if len(self.sha256) != _DIGEST_BYTES:
            raise MessageShapeError("the announced hash does not have 32 bytes")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in the outbox, with what the grant says of it."""

    announced: Announced
    component: str
    kind: str
    expires_ms: int

    @property
    def key(self) -> MessageKey:
        """Key of the message."""
        return self.announced.key


@dataclass(frozen=True, slots=True)
class EgressLine:
    """One line of the record of what left this member."""

    time_ms: int
    member: str
    job: str
    task: str
    attempt: int
    component: str
    message: str
    kind: str
    n_bytes: int
    sha256: bytes
    id: int = 0


@dataclass(frozen=True, slots=True)
class PartnerTraffic:
    """What went to one member in a period, and what waits for it now."""

    member: str
    sent_messages: int = 0
    sent_bytes: int = 0
    waiting_messages: int = 0
    waiting_bytes: int = 0
    waiting_since_ms: int = 0
