"""The node itself and its partners."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.http.models import Health
from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema import IdentityOut, PartnerIn, PartnerOut, PartnersOut
from fusion.domain.models import Partner
from fusion.service.partners import Partners


@dataclass(frozen=True, slots=True)
class Node:
    """The node as partners see it; the certificate as DER."""

    node: str
    address: str
    signing_key: bytes
    stream_key: bytes
    tls_cert: bytes


def node_resource(node: Callable[[], Node], check: Callable[[], None]) -> Resource:
    """Declare what the node tells of itself."""
    resource = Resource("node", BASE)

    @resource.declare("GET", "/health", "Say whether the node can answer.", access=None, answer=Health)
    def health() -> Health:
        check()
        return Health()

    @resource.declare(
        "GET", "/identity", "Tell what a partner needs to trust this node.", access=OWN, answer=IdentityOut
    )
    def identity() -> IdentityOut:
        own = node()
        return IdentityOut(**_identity(own.node, own.address, own.signing_key, own.stream_key, own.tls_cert))

    return resource


def partner_resource(partners: Partners) -> Resource:
    """Declare what is done with partners."""
    resource = Resource("partners", BASE)

    @resource.declare("GET", "/partners", "List the partners.", access=OWN, answer=PartnersOut)
    def every() -> PartnersOut:
        return PartnersOut(items=[_partner(found) for found in partners.all()], next_after="")

    @resource.declare("POST", "/partners", "Trust a partner.", access=OWN, answer=PartnerOut, status=201)
    def add(body: PartnerIn) -> PartnerOut:
        return _partner(partners.add(**body.model_dump()))

    @resource.declare("DELETE", "/partners/{node}", "Talk to a partner no more.", access=OWN)
    def delete(node: str) -> None:
        partners.delete(node)

    return resource


def _identity(node: str, address: str, signing: bytes, stream: bytes, cert: bytes) -> dict[str, Any]:
    return {
        "node": node,
        "address": address,
        "signing_key": signing.hex(),
        "stream_key": stream.hex(),
        "tls_cert": base64.b64encode(cert).decode(),
        "fingerprint": hashlib.sha256(b"hanse-fusion-node-v1" + signing + stream + cert).hexdigest(),
    }


def _partner(partner: Partner) -> PartnerOut:
    told = _identity(partner.node, partner.address, partner.signing_key, partner.stream_key, partner.tls_cert)
    return PartnerOut(**told, added_ms=partner.added_ms)
