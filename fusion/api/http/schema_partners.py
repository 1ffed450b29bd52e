"""What travels over HTTP of the node itself and of its partners."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import FailureOut, Text


class IdentityOut(View):
    """What a partner needs to trust this node."""

    node: str
    address: str
    signing_key: str
    stream_key: str
    tls_cert: str
    fingerprint: Annotated[
        str, pydantic.Field(description="SHA-256 over keys and certificate; compare it by telephone.")
    ]
    fingerprint_groups: Annotated[str, pydantic.Field(description="The fingerprint in groups of four digits.")]


class OwnIdentityOut(IdentityOut):
    """The node itself, as its partners take it in."""

    invitation: Annotated[str, pydantic.Field(description="One line of text for the partner; it holds no secret.")]


class PartnerIn(Fields):
    """A partner: the invitation that its node shows, or field by field what its identity says."""

    invitation: Annotated[str, pydantic.Field(max_length=50_000)] = ""
    node: Text = ""
    address: Annotated[str, pydantic.Field(max_length=300)] = ""
    signing_key: Text = ""
    stream_key: Text = ""
    tls_cert: Annotated[str, pydantic.Field(max_length=30_000, description="Base64 of the DER certificate.")] = ""


class ConfirmIn(Fields):
    """What the partner's operator said by another channel."""

    fingerprint: Annotated[
        str, pydantic.Field(max_length=500, description="All of it; spaces, colons, hyphens and case do not count.")
    ]


class RenewIn(ConfirmIn):
    """A partner's new keys, and their fingerprint."""

    invitation: Annotated[str, pydantic.Field(max_length=50_000, description="What the partner's node shows now.")]


class BlockIn(Fields):
    """Why."""

    reason: Annotated[str, pydantic.Field(max_length=500, description="For this node's people.")] = ""


class AddressIn(Fields):
    """Where the partner's node is called."""

    address: Annotated[str, pydantic.Field(max_length=300, description="host:port")]


class PartnerOut(IdentityOut):
    """A partner."""

    added_ms: int
    state: Annotated[
        Literal["unconfirmed", "waiting", "confirmed", "blocked"],
        pydantic.Field(description="waiting: confirmed here, and not yet by the partner's operator."),
    ]
    confirmed_ms: Annotated[int, pydantic.Field(description="0: not yet.")]
    confirmed_there: bool
    last_seen_ms: int
    protocol_version: Annotated[int, pydantic.Field(description="0: the partner's node has said nothing yet.")]
    blocked_ms: int
    block_reason: str


class PartnersOut(View):
    """All partners."""

    items: list[PartnerOut]
    next_after: str


class CheckOut(View):
    """What a call to the partner's node brought; `problem` is null where alignments can be made."""

    reachable: bool
    confirmed_there: bool
    round_trip_ms: int
    version: int
    problem: FailureOut | None
