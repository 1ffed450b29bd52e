"""Mutual TLS between members, each certificate pinned to what the register says.

gRPC has no hook that compares a fingerprint during the handshake. What it can do: trust exactly the certificates it
is given as roots. A client gets its one peer's self-signed certificate as the only root. A server gets those of all
known members and reads them anew at every handshake; which of them stands behind a call is then compared with the
caller's own pin in the call's checks (a member's certificate carries CA:FALSE, so that it cannot vouch for another).
"""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import grpc
from cryptography import x509

from common.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from common.identity import TlsFiles


def fingerprint(cert_der: bytes) -> str:
    """SHA-256 of a DER certificate in hexadecimal digits: the pin that people compare."""
    return hashlib.sha256(cert_der).hexdigest()


def _pem(cert_der: bytes) -> bytes:
    return ssl.DER_cert_to_PEM_cert(cert_der).encode("ascii")


def _name_in(cert_der: bytes) -> str:
    try:
        names = x509.load_der_x509_certificate(cert_der).extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return names.value.get_values_for_type(x509.DNSName)[0]
    except (ValueError, IndexError, x509.ExtensionNotFound) as problem:
        raise InvalidInput("the peer's certificate has no DNS name", hint="Make the certificate anew.") from problem


@dataclass(frozen=True, slots=True)
class TlsClient:
    """Own key pair and the one certificate that the peer must show (DER)."""

    own: TlsFiles
    peer_der: bytes

    def credentials(self) -> grpc.ChannelCredentials:
        """Credentials that accept the pinned certificate only."""
        return grpc.ssl_channel_credentials(_pem(self.peer_der), self.own.key_pem, self.own.cert_pem)

    def options(self) -> list[tuple[str, str]]:
        """Channel options: the name to look for in the certificate, as the pin says more than a host name."""
        return [("grpc.ssl_target_name_override", _name_in(self.peer_der))]


@dataclass(frozen=True, slots=True)
class TlsServer:
    """Own key pair and a function that lists the DER certificates of all members known at this moment."""

    own: TlsFiles
    pins: Callable[[], Iterable[bytes]]

    def credentials(self) -> grpc.ServerCredentials:
        """Credentials that ask for a client certificate and follow the list of members."""
        given: list[bytes] = []

        def configuration() -> tuple[bytes, grpc.ServerCertificateConfiguration]:
            # The own certificate keeps the list from being empty, which gRPC refuses.
            roots = b"".join([self.own.cert_pem, *(_pem(der) for der in sorted(set(self.pins())))])
            pair = (self.own.key_pem, self.own.cert_pem)
            return roots, grpc.ssl_server_certificate_configuration([pair], roots)

        def fetch() -> grpc.ServerCertificateConfiguration | None:
            roots, fresh = configuration()
            if given and given[0] == roots:
                return None
            given[:] = [roots]
            return fresh

        roots, first = configuration()
        given.append(roots)
        return grpc.dynamic_ssl_server_credentials(first, cast("Any", fetch), require_client_authentication=True)


def certificate_of(context: grpc.ServicerContext) -> bytes:
    """DER certificate that the client showed in the handshake; empty without TLS."""
    shown = context.auth_context().get("x509_pem_cert")
    return ssl.PEM_cert_to_DER_cert(bytes(next(iter(shown))).decode("ascii")) if shown else b""
