"""A partner as somebody describes it: what its name, address, keys and certificate must be."""

import base64
import binascii
import re

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from common.errors import InvalidInput
from common.rpc.wire import now_ms
from fusion.domain.models import Partner

_NODE = re.compile(r"[a-z][a-z0-9-]{0,62}")
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_MAX_PORT = 65535
_MAX_CERT_BYTES = 16_384


def read_partner(own: str, node: str, address: str, signing_key: str, stream_key: str, tls_cert: str) -> Partner:
    """Read a description.

    Parameters
    ----------
    own
        Our own name, which no partner has.
    signing_key, stream_key
        Hexadecimal digits.
    tls_cert
        Base64 of the DER certificate.

    Raises
    ------
    InvalidInput
        What is wrong with it.
    """
    if node == own:
        raise InvalidInput("this is this node's own name", hint="Paste the invitation that the partner's node shows.")
    if not _NODE.fullmatch(node) or node == "union":
        raise InvalidInput(f"{node[:80]!r} cannot be a partner's name")
    check_address(address)
    keys = (_key(signing_key, "signing_key"), _key(stream_key, "stream_key"))
    return Partner(node, address, *keys, _certificate(tls_cert), now_ms())


def check_address(address: str) -> None:
    """See that an address is host:port."""
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[2]) <= _MAX_PORT:
        raise InvalidInput("the address must be host:port")


def _key(text: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(text)
        (Ed25519PublicKey if name == "signing_key" else X25519PublicKey).from_public_bytes(key)
    except ValueError as problem:
        raise InvalidInput(f"{name} must be 64 hexadecimal digits") from problem
    return key


def _certificate(text: str) -> bytes:
    try:
        der = base64.b64decode(text, validate=True)
        certificate = x509.load_der_x509_certificate(der)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        _read_whole(certificate)
        if len(der) > _MAX_CERT_BYTES or not names.value.get_values_for_type(x509.DNSName):
            raise InvalidInput("tls_cert is too long or has no DNS name")
    except (
        binascii.Error,
        ValueError,
        UnsupportedAlgorithm,
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.InvalidVersion,
    ) as problem:
        raise InvalidInput("tls_cert must be the base64 of a DER certificate with a DNS name") from problem
    return der


def _read_whole(certificate: x509.Certificate) -> None:
    """Read the parts that are else read when they are asked for.

    gRPC reads all partners' certificates one after the other, and at one that it cannot read it stops: the partners
    behind that one would not be let in any more.
    """
    for name in ("version", "serial_number", "subject", "issuer", "not_valid_before_utc", "not_valid_after_utc"):
        getattr(certificate, name)
    certificate.public_key()
