"""The node itself and its partners."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from common.errors import InvalidInput
from common.http.models import Health
from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_partners import (
    AddressIn,
    BlockIn,
    CheckOut,
    ConfirmIn,
    OwnIdentityOut,
    PartnerIn,
    PartnerOut,
    PartnersOut,
    RenewIn,
)
from fusion.domain.identity import NodeIdentity, invitation_of
from fusion.domain.models import Partner
from fusion.service.acquaintance import Acquaintance
from fusion.service.partners import Partners, block_and_stop


def node_resource(node: Callable[[], NodeIdentity], check: Callable[[], None]) -> Resource:
    """Declare what the node tells of itself."""
    resource = Resource("node", BASE)

    @resource.declare("GET", "/health", "Say whether the node can answer.", access=None, answer=Health)
    def health() -> Health:
        check()
        return Health()

    @resource.declare(
        "GET", "/identity", "Tell what a partner needs to trust this node.", access=OWN, answer=OwnIdentityOut
    )
    def identity() -> OwnIdentityOut:
        own = node()
        return OwnIdentityOut(**_identity(own), invitation=invitation_of(own))

    return resource


def partner_resource(partners: Partners) -> Resource:
    """Declare what is done with partners."""
    resource = Resource("partners", BASE)

    @resource.declare("GET", "/partners", "List the partners.", access=OWN, answer=PartnersOut)
    def every() -> PartnersOut:
        return PartnersOut(items=[_partner(found) for found in partners.all()], next_after="")

    @resource.declare(
        "POST", "/partners", "Add a partner, unconfirmed, by its invitation.", access=OWN, answer=PartnerOut, status=201
    )
    def add(body: PartnerIn) -> PartnerOut:
        given = body.model_dump(exclude={"invitation"})
        if not body.invitation:
            return _partner(partners.add(**given))
        if any(given.values()):
            raise InvalidInput("give the invitation alone, or the fields of the identity")
        return _partner(partners.invited(body.invitation))

    @resource.declare("GET", "/partners/{node}", "Describe a partner.", access=OWN, answer=PartnerOut)
    def show(node: str) -> PartnerOut:
        return _partner(partners.get(node))

    @resource.declare(
        "POST", "/partners/{node}/address", "Change where a partner is called.", access=OWN, answer=PartnerOut
    )
    def address(node: str, body: AddressIn) -> PartnerOut:
        return _partner(partners.move(node, body.address))

    @resource.declare("DELETE", "/partners/{node}", "Talk to a partner no more.", access=OWN)
    def delete(node: str) -> None:
        partners.delete(node)

    return resource


def standing_resource(partners: Partners, acquaintance: Acquaintance, stop: Callable[[str, str], None]) -> Resource:
    """Declare how partners are let in; `stop` ends all alignments with one, for a reason."""
    resource = Resource("standing", BASE)

    @resource.declare(
        "POST",
        "/partners/{node}/confirm",
        "Confirm a partner by the fingerprint that its operator told by another channel.",
        access=OWN,
        answer=PartnerOut,
    )
    def confirm(node: str, body: ConfirmIn) -> PartnerOut:
        return _partner(acquaintance.confirm(node, body.fingerprint))

    @resource.declare(
        "POST",
        "/partners/{node}/keys",
        "Take a partner's new keys, by the fingerprint that its operator told; what is under way goes on.",
        access=OWN,
        answer=PartnerOut,
    )
    def renew(node: str, body: RenewIn) -> PartnerOut:
        return _partner(partners.renew(node, body.invitation, body.fingerprint))

    @resource.declare(
        "POST",
        "/partners/{node}/block",
        "Take no calls of a partner, and stop what is under way with it.",
        access=OWN,
        answer=PartnerOut,
    )
    def block(node: str, body: BlockIn) -> PartnerOut:
        return _partner(block_and_stop(partners, node, body.reason, stop))

    @resource.declare("POST", "/partners/{node}/unblock", "Let a partner in again.", access=OWN, answer=PartnerOut)
    def unblock(node: str) -> PartnerOut:
        return _partner(partners.unblock(node))

    @resource.declare(
        "POST", "/partners/{node}/check", "Call the partner's node, and tell what came.", access=OWN, answer=CheckOut
    )
    def check(node: str) -> CheckOut:
        return CheckOut.model_validate(acquaintance.check(node))

    return resource


def _identity(node: NodeIdentity) -> dict[str, Any]:
    return {**node.told(), "fingerprint": node.fingerprint, "fingerprint_groups": node.fingerprint_groups}


def _partner(partner: Partner) -> PartnerOut:
    return PartnerOut(**{**asdict(partner), **_identity(partner), "state": partner.state})
