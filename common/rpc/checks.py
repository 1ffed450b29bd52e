"""The checks of a signed call, in their order, each with its own error and counter."""

from __future__ import annotations

import hmac
import ipaddress
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.rpc.access import AccessTable, may_call, patterns_for
from common.rpc.errors import (
    AddressNotAllowedError,
    BadSignatureError,
    CallerBlacklistedError,
    CallerFrozenError,
    CertificateMismatchError,
    ClockSkewError,
    MessageTooLargeError,
    MethodNotAllowedError,
    NonceReusedError,
    UnknownCallerError,
    WrongAudienceError,
)
from common.rpc.tls import certificate_of
from common.rpc.wire import Opening, now_ms, verify

if TYPE_CHECKING:
    import grpc

    from common.keys import CallerKeys, KeyDirectory
    from common.rpc.nonces import NonceStore

CLOCK_WINDOW_MS = 120_000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Networks from which calls are taken, or a function that lists them at the moment; None: from anywhere.
AllowList = Sequence[str] | Callable[[], Sequence[str] | None] | None
#: (method, caller, request) → the keys that the request itself shows, or None.
Newcomers = Callable[[str, str, bytes], "CallerKeys | None"]
#: (method's name, network of the caller), before anything else is looked at; raises where they are too many.
Count = Callable[[str, str], None]
_SITE_BITS = 64  # of an IPv6 address: whoever has one has the whole network


def peer_address(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Network address in gRPC's "ipv4:1.2.3.4:5" or "ipv6:[::1]:5"; None for anything else."""
    family, _, rest = urllib.parse.unquote(peer).partition(":")
    if family not in {"ipv4", "ipv6"}:
        return None
    host = rest.rpartition(":")[0].strip("[]").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def network_of(peer: str) -> str:
    """Return what stands for one caller's place: an IPv4 address, the network of an IPv6 one, or nothing known."""
    address = peer_address(peer)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _SITE_BITS), strict=False))
    return str(address or "")


def _allowed(peer: str, networks: Sequence[str]) -> bool:
    address = peer_address(peer)
    return address is not None and any(address in ipaddress.ip_network(text, strict=False) for text in networks)


@dataclass(frozen=True, slots=True)
class Checks:
    """All that the checks of one server need."""

    own_id: str
    keys: KeyDirectory
    access: AccessTable
    nonces: NonceStore
    max_message_bytes: int
    pinned: bool
    allow_ips: AllowList = None
    newcomers: Newcomers | None = None
    clock: Callable[[], int] = now_ms
    count: Count | None = None

    def admit(self, opening: Opening, request: bytes, context: grpc.ServicerContext) -> CallerKeys:
        """Run all checks; raises the error of the first that fails.

        Parameters
        ----------
        opening : Opening
            The call's signed metadata.
        request : bytes
            The request message; empty when the client streams.
        context : grpc.ServicerContext
            For the network address and the certificate.
        """
        if len(request) > self.max_message_bytes:
            raise MessageTooLargeError(f"{len(request)} bytes; the limit is {self.max_message_bytes}")
        networks = self.allow_ips() if callable(self.allow_ips) else self.allow_ips
        if networks is not None and not _allowed(context.peer(), networks):
            raise AddressNotAllowedError(f"{context.peer()} is not in the allow-list")
        if self.count is not None:
            self.count(opening.method.rpartition("/")[2], network_of(context.peer()))
        keys = self._known(opening, request, context)
        self._genuine(opening, request, keys)
        if not may_call(self.access, opening.method, opening.caller, self.own_id):
            raise MethodNotAllowedError(f"{opening.caller} may not call {opening.method}")
        return keys

    def _known(self, opening: Opening, request: bytes, context: grpc.ServicerContext) -> CallerKeys:
        keys = self.keys.find(opening.caller)
        if keys is None and self.newcomers and "anyone" in patterns_for(self.access, opening.method):
            keys = self.newcomers(opening.method, opening.caller, request)
        if keys is None:
            raise UnknownCallerError(f"{opening.caller!r} is not known to {self.own_id!r}")
        if keys.blacklisted:
            raise CallerBlacklistedError(f"{opening.caller} is on the blacklist of {self.own_id}")
        if keys.frozen:
            raise CallerFrozenError(f"the federation has frozen {opening.caller}")
        # No pin is no match, even where no certificate was shown.
        if self.pinned and not (keys.tls_cert and hmac.compare_digest(certificate_of(context), keys.tls_cert)):
            raise CertificateMismatchError(f"the connection does not show the certificate of {opening.caller}")
        return keys

    def _genuine(self, opening: Opening, request: bytes, keys: CallerKeys) -> None:
        timestamp = int(opening.timestamp)
        if abs(self.clock() - timestamp) > CLOCK_WINDOW_MS:
            raise ClockSkewError(f"the call of {opening.caller} is {self.clock() - timestamp} ms old")
        if opening.audience != self.own_id:
            raise WrongAudienceError(f"meant for {opening.audience!r}; this is {self.own_id!r}")
        if not verify(keys.signing, opening.signature, opening.signed_bytes(request)):
            raise BadSignatureError(f"the signature of {opening.caller} does not fit the call")
        # Beyond this time the clock check refuses the call anyway.
        if not self.nonces.first_use(f"{opening.caller}:{opening.nonce}", timestamp + 2 * CLOCK_WINDOW_MS):
            raise NonceReusedError(f"the nonce of {opening.caller} was used before")
