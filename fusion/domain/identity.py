"""Who a node is: its keys and certificate, their fingerprint, and the invitation that carries them."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass

from common import canonical
from common.errors import HanseError
from fusion.domain.errors import BadInvitation

_PREFIX = "hanse-fusion-"
_VERSION = 1
_LONGEST = 40_000
_CHECK_BYTES = 8
_FIELDS = ("node", "address", "signing_key", "stream_key", "tls_cert")
_GROUP = 4


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """A node as others see it: keys of 32 raw bytes, the certificate as DER."""

    node: str
    address: str
    signing_key: bytes
    stream_key: bytes
    tls_cert: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 over keys and certificate, in hexadecimal digits: what people compare by another channel."""
        told = b"hanse-fusion-node-v1" + self.signing_key + self.stream_key + self.tls_cert
        return hashlib.sha256(told).hexdigest()

    @property
    def fingerprint_groups(self) -> str:
        """The fingerprint in groups of four digits."""
        digits = self.fingerprint
        return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))

    def told(self) -> dict[str, str]:
        """Write as a partner takes it in: keys in hexadecimal digits, the certificate in base64."""
        return {
            "node": self.node,
            "address": self.address,
            "signing_key": self.signing_key.hex(),
            "stream_key": self.stream_key.hex(),
            "tls_cert": base64.b64encode(self.tls_cert).decode(),
        }

    def has_fingerprint(self, typed: str) -> bool:
        """Whether somebody typed or pasted the whole fingerprint; spaces, colons, hyphens and case do not count."""
        digits = re.sub(r"[\s:-]", "", typed).lower()
        return hmac.compare_digest(digits.encode(), self.fingerprint.encode())


def invitation_of(identity: NodeIdentity) -> str:
    """Write the one line of text that a partner pastes: it holds no secret, and proves nothing by itself."""
    content = canonical.dumps(identity.told())
    checked = content + hashlib.sha256(content).digest()[:_CHECK_BYTES]
    return f"{_PREFIX}{_VERSION}.{base64.urlsafe_b64encode(checked).rstrip(b'=').decode()}"


def read_invitation(text: str) -> dict[str, str]:
    """Return what `NodeIdentity.told` wrote; the values themselves are checked where partners are added.

    Raises
    ------
    BadInvitation
        Not one, of another version, cut off or changed.
    """
    if len(text) > _LONGEST:
        raise BadInvitation(f"{len(text)} characters; an invitation has at most {_LONGEST}")
    line = "".join(text.split())  # mail programs break long lines
    start, _, body = line.partition(".")
    version = start.removeprefix(_PREFIX)
    if start == version or not body:
        raise BadInvitation(f"this is no invitation: one begins with {_PREFIX}{_VERSION}.")
    if version != str(_VERSION):
        told = f"an invitation of version {version[:8]!r}; this node reads version {_VERSION}"
        raise BadInvitation(told, hint="Bring both nodes to the same version of fusion.")
    content = _checked(body)
    try:
        told_by_it = canonical.loads(content)
        exact = isinstance(told_by_it, dict) and canonical.dumps(told_by_it) == content
    except HanseError as problem:
        raise BadInvitation("the invitation's content cannot be read") from problem
    if not exact or sorted(told_by_it) != sorted(_FIELDS):
        raise BadInvitation("the invitation's content is not what a node writes")
    if not all(isinstance(value, str) for value in told_by_it.values()):
        raise BadInvitation("the invitation's content is not what a node writes")
    return {name: told_by_it[name] for name in _FIELDS}


def _checked(body: str) -> bytes:
    try:
        data = base64.b64decode(body.encode("ascii") + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as problem:
        raise BadInvitation("the invitation has signs that do not belong to it") from problem
    content, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    # Base64's last sign has bits that count for nothing: only one writing of them is taken.
    exact = base64.urlsafe_b64encode(data).rstrip(b"=").decode() == body
    if not exact or not hmac.compare_digest(hashlib.sha256(content).digest()[:_CHECK_BYTES], check):
        raise BadInvitation("the invitation is cut off or changed: its checksum does not fit")
    return content
