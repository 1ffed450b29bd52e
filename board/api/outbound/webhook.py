"""Notices as webhooks: a JSON body, signed by HMAC-SHA256 over the time and the very bytes."""

import hashlib
import hmac
import http.client
import ssl
import time
from urllib.parse import urlsplit

from board.api.outbound.address import Address
from board.domain.errors import AddressNotAllowed, NotDelivered
from board.domain.notices import Channel, Notice, place, title
from common import canonical

_TIMEOUT_S = 15.0
_GOOD = range(200, 300)


class _Connection(http.client.HTTPConnection):
    """Connects to the address that was looked at, under the name that was asked for; follows no redirect."""

    def __init__(self, address: Address, where: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(address.host, address.port, timeout=_TIMEOUT_S)
        self._address, self._where, self._tls = address, where, tls

    def connect(self) -> None:
        """Open the connection."""
        plain = self._address.connect(self._where)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self._address.host) if self._tls else plain


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature that the receiver computes anew: v1=hex(HMAC-SHA256(secret, "timestamp.body"))."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def post(channel: Channel, secret: str, notice: Notice, address: Address, member: str, url: str) -> str:
    """Post a notice to the one receiver, so that nobody else is left out; raises NotDelivered, AddressNotAllowed."""
    parts = urlsplit(channel.address)
    where, here = address.resolve()
    if parts.scheme != "https" and not here:
        raise AddressNotAllowed("a webhook without TLS goes to this machine only", hint="Use an https address.")
    body = canonical.dumps(
        {
            "id": notice.notice,
            "event": notice.event,
            "at_ms": notice.at_ms,
            "member": member,
            "title": title(notice, channel.language),
            "values": dict(notice.values),
            "url": f"{url}{place(notice)}" if url else "",
        }
    )
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "hanse-board",
        "X-Hanse-Delivery": notice.notice,
        "X-Hanse-Timestamp": str(now),
        "X-Hanse-Signature": signature(secret, now, body),
    }
    connection = _Connection(address, where, ssl.create_default_context() if parts.scheme == "https" else None)
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NotDelivered(f"the webhook's receiver did not answer: {type(problem).__name__}") from problem
    finally:
        connection.close()
    if status not in _GOOD:
        raise NotDelivered(f"the webhook's receiver answered {status}")
    return ""
