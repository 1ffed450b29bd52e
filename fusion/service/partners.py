"""Partners: whom this node talks to, by keys that their operators compared."""

import base64
import binascii
import re

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from common import log
from common.errors import InvalidInput
from common.keys import CallerKeys
from common.rpc.wire import now_ms
from fusion.domain.errors import PartnerDiffers, PartnerInUse, UnknownPartner
from fusion.domain.models import Partner
from fusion.domain.states import OPEN
from fusion.store.base import PartnerStore, TaskStore

_LOG = log.get(__name__)
_NODE = re.compile(r"[a-z][a-z0-9-]{0,62}")
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_MAX_PORT = 65535
_MAX_CERT_BYTES = 16_384


class Partners:
    """Use cases of the operator; also the keys and pins of the door for partners (a `KeyDirectory`)."""

    def __init__(self, own: str, store: PartnerStore, tasks: TaskStore) -> None:
        self._own, self._store, self._tasks = own, store, tasks

    def add(self, node: str, address: str, signing_key: str, stream_key: str, tls_cert: str) -> Partner:
        """Trust a partner; again with the same keys changes the address only.

        Parameters
        ----------
        signing_key, stream_key : str
            Hexadecimal digits.
        tls_cert : str
            Base64 of the DER certificate.
        """
        if not _NODE.fullmatch(node) or node in {self._own, "union"}:
            raise InvalidInput(f"{node[:80]!r} cannot be a partner's name")
        match = _ADDRESS.fullmatch(address)
        if match is None or not 0 < int(match[2]) <= _MAX_PORT:
            raise InvalidInput("the address must be host:port")
        keys = (_key(signing_key, "signing_key"), _key(stream_key, "stream_key"))
        partner = Partner(node, address, *keys, _certificate(tls_cert), now_ms())
        known = self._store.find(node)
        if known is not None:
            if (known.signing_key, known.stream_key, known.tls_cert) != (*keys, partner.tls_cert):
                raise PartnerDiffers(f"{node} is known with other keys")
            if known.address == address:
                return known
        self._store.put(partner)
        _LOG.info("partner_added", partner=node)
        return partner

    def get(self, node: str) -> Partner:
        """Return one; raises UnknownPartner."""
        partner = self._store.find(node)
        if partner is None:
            raise UnknownPartner(f"there is no partner {node[:80]!r}")
        return partner

    def all(self) -> list[Partner]:
        """Return all."""
        return self._store.all()

    def delete(self, node: str) -> None:
        """Talk to a partner no more."""
        self.get(node)
        if any(task.partner == node for task in self._tasks.in_states(OPEN)):
            raise PartnerInUse(f"{node} takes part in an alignment")
        self._store.delete(node)
        _LOG.info("partner_deleted", partner=node)

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return a partner's keys, see `common.keys.KeyDirectory`."""
        partner = self._store.find(caller_id)
        if partner is None:
            return None
        return CallerKeys(partner.signing_key, partner.stream_key, tls_cert=partner.tls_cert)

    def pins(self) -> list[bytes]:
        """Return all partners' certificates."""
        return [partner.tls_cert for partner in self._store.all()]


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
        if len(der) > _MAX_CERT_BYTES or not names.value.get_values_for_type(x509.DNSName):
            raise InvalidInput("tls_cert is too long or has no DNS name")
    except (binascii.Error, ValueError, x509.ExtensionNotFound) as problem:
        raise InvalidInput("tls_cert must be the base64 of a DER certificate with a DNS name") from problem
    return der
