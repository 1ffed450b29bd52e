"""The signed wire format of ``proto/common/v1/signing.proto``: what is signed, and the chain of a stream's frames."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import DecodeError

from common.rpc.errors import BrokenChainError, MalformedCallError, TruncatedStreamError
from proto.common.v1 import signing_pb2

VERSION = "1"
ANSWER_SIGNATURE = "hanse-answer-signature"
CODE = "hanse-code"
HINT = "hanse-hint-bin"
PARTY = "hanse-party-bin"
COMPONENT = "hanse-component-bin"
#: A stream's message: 1 MiB of content and room for its framing.
MAX_FRAME_BYTES = 1024 * 1024 + 64 * 1024
MAX_DETAIL = 2000
MAX_HINT = 1000
Metadata = Iterable[tuple[str, str | bytes]]
_HEX_32 = re.compile(r"[0-9a-f]{32}")
_HEX_64 = re.compile(r"[0-9a-f]{64}")
_DECIMAL = re.compile(r"[0-9]{1,15}")


def encode(*fields: str | bytes) -> bytes:
    """E(f1, …, fn): each field after its length as unsigned 32-bit big-endian integer."""
    parts = []
    for field in fields:
        raw = field.encode() if isinstance(field, str) else field
        parts += [struct.pack(">I", len(raw)), raw]
    return b"".join(parts)


def now_ms() -> int:
    """Wall clock in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def verify(key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is the Ed25519 signature of `data` under the raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def to_base64(data: bytes) -> str:
    """RFC 4648 section 4, padded."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str | bytes | None) -> bytes:
    """Read padded base64; empty bytes for anything else."""
    try:
        return base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return b""


def lookup(metadata: Metadata | None) -> Mapping[str, str | bytes]:
    """Metadata as a mapping; of repeated keys the last counts, as the signature covers one value only."""
    return dict(metadata or ())


@dataclass(frozen=True, slots=True)
class Opening:
    """The signed metadata of a call."""

    method: str
    caller: str
    audience: str
    timestamp: str
    nonce: str
    stream: str = ""
    ephemeral: str = ""
    signature: bytes = b""

    @classmethod
    def make(cls, method: str, caller: str, audience: str, ephemeral: str = "") -> Opening:
        """Start a call now, with a fresh nonce; `ephemeral` makes it a stream."""
        stream = secrets.token_hex(16) if ephemeral else ""
        return cls(method, caller, audience, str(now_ms()), secrets.token_hex(16), stream, ephemeral)

    def signed_bytes(self, request: bytes) -> bytes:
        """Encode what the caller signs: all fields and the hash of the request."""
        digest = hashlib.sha256(request).digest()
        fields: list[str | bytes] = [
            "hanse-call-v1", self.method, self.caller, self.audience, self.timestamp, self.nonce, digest
        ]  # fmt: skip
        if self.stream:
            fields += [self.stream, self.ephemeral]
        return encode(*fields)

    def metadata(self, signature: bytes) -> list[tuple[str, str]]:
        """Request metadata."""
        pairs = [
            ("hanse-version", VERSION),
            ("hanse-caller", self.caller),
            ("hanse-audience", self.audience),
            ("hanse-timestamp", self.timestamp),
            ("hanse-nonce", self.nonce),
            ("hanse-signature", to_base64(signature)),
        ]
        if self.stream:
            pairs += [("hanse-stream", self.stream), ("hanse-ephemeral", self.ephemeral)]
        return pairs

    @classmethod
    def parse(cls, method: str, metadata: Metadata | None, *, streamed: bool) -> Opening:
        """Read request metadata; raises `MalformedCallError`."""
        values = lookup(metadata)

        def text(name: str) -> str:
            value = values.get(f"hanse-{name}", "")
            if not isinstance(value, str):
                raise MalformedCallError(f"hanse-{name} is not text")
            return value

        opening = cls(
            method, text("caller"), text("audience"), text("timestamp"), text("nonce"), text("stream"),
            text("ephemeral"), from_base64(text("signature")),
        )  # fmt: skip
        if text("version") != VERSION:
            raise MalformedCallError(f"hanse-version is {text('version')!r}, not {VERSION!r}")
        if not opening.caller or not opening.audience or not _DECIMAL.fullmatch(opening.timestamp):
            raise MalformedCallError("caller, audience or timestamp is missing")
        if not _HEX_32.fullmatch(opening.nonce):
            raise MalformedCallError("the nonce is not 32 hexadecimal digits")
        if streamed and not (_HEX_32.fullmatch(opening.stream) and _HEX_64.fullmatch(opening.ephemeral)):
            raise MalformedCallError("a stream needs hanse-stream and hanse-ephemeral")
        if not streamed and (opening.stream or opening.ephemeral):
            raise MalformedCallError("hanse-stream on a call that does not stream")
        return opening


def answer_bytes(opening: Opening, status: int, details: bytes, response: bytes) -> bytes:
    """Encode what the audience signs of its answer."""
    digest = hashlib.sha256(response).digest()
    return encode("hanse-answer-v1", opening.method, opening.nonce, str(status), details, digest)


def error_details(code: str, message: str, hint: str, party: str, component: str) -> bytes:
    """Encode an error for signing."""
    return encode(code, message, hint, party, component)


def stream_keys(own: X25519PrivateKey, other: bytes, nonce: str) -> tuple[bytes, bytes]:
    """Keys of the two directions of a stream: (caller to audience, audience to caller)."""
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as problem:  # a low-order point gives the all-zero secret
        raise MalformedCallError("the ephemeral key is not acceptable") from problem

    def derive(info: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, bytes.fromhex(nonce), info).derive(shared)

    return derive(b"hanse-stream-v1"), derive(b"hanse-stream-answer-v1")


class _Chain:
    def __init__(self, key: bytes, signature: bytes) -> None:
        self._key = key
        self._sequence = 0
        self.value = signature

    def _next(self, payload: bytes, *, last: bool) -> bytes:
        digest = hashlib.sha256(payload).digest()
        fields = encode("hanse-frame-v1", str(self._sequence + 1), self.value, digest, "1" if last else "0")
        return hmac.digest(self._key, fields, "sha256")


class FrameWriter(_Chain):
    """Wraps the messages of one direction of a stream."""

    def frame(self, payload: bytes, *, last: bool = False) -> bytes:
        """Make the next frame; `value` is then the chain's newest link."""
        self.value = self._next(payload, last=last)
        self._sequence += 1
        frame = signing_pb2.Frame(sequence=self._sequence, payload=payload, chain=self.value, last=last)
        return frame.SerializeToString()

    def close(self) -> bytes:
        """Make the closing frame, which carries no message."""
        return self.frame(b"", last=True)


class FrameReader(_Chain):
    """Verifies the frames of one direction of a stream."""

    closed = False

    def read(self, data: bytes) -> bytes:
        """Verify the next frame and give its payload; raises `BrokenChainError`."""
        try:
            frame = signing_pb2.Frame.FromString(data)
        except DecodeError as problem:
            raise BrokenChainError("a frame cannot be read") from problem
        if self.closed:
            raise BrokenChainError("a frame after the closing frame")
        if frame.sequence != self._sequence + 1:
            raise BrokenChainError(f"frame {frame.sequence} came where {self._sequence + 1} was due")
        expected = self._next(frame.payload, last=frame.last)
        if not hmac.compare_digest(expected, frame.chain):
            raise BrokenChainError(f"frame {frame.sequence} does not fit the chain")
        if frame.last and frame.payload:
            raise BrokenChainError("the closing frame carries a message")
        self.value = expected
        self._sequence += 1
        self.closed = frame.last
        return frame.payload

    def finish(self) -> None:
        """Raise `TruncatedStreamError` unless the closing frame was read."""
        if not self.closed:
            raise TruncatedStreamError(f"it ended after {self._sequence} frames")
