"""Our own member, the others, the catalogue of data, and the ledger."""

from typing import Any, Literal

from pydantic import Field

from board.api.http.operation import Empty, Paging, Reply, Resource, View
from board.domain.accounts import Account, Role
from board.domain.errors import InvalidFields
from board.service.members import Members

Kind = Literal["", "member", "data_resource", "project", "consent", "admission", "anchor", "closing"]


class StandingView(View):
    """How this member stands at the union."""

    status: str = Field(
        description="unregistered, pending, admitted, frozen, removed, or unknown while the union is away."
    )
    reachable: bool
    federation_id: str
    head: int
    transaction: str
    block: int
    problem: str


class OwnMemberView(View):
    """Our own member."""

    member: str
    name: str
    gateway: str = Field(description="Where other members reach us.")
    union: StandingView


class ProofView(View):
    """Where a record stands on the ledger."""

    transaction: str
    block: int


class MemberView(View):
    """A member of the federation."""

    member: str
    name: str
    status: str
    gateway: str
    transaction: str
    block: int
    reachable: bool | None = Field(description="Only with `probe=1`.")
    round_trip_ms: float | None
    problem: str


class MemberPage(View):
    """A page of members."""

    items: list[MemberView]
    next_after: str = ""


class MemberQuery(Paging):
    """What to list."""

    probe: bool = Field(default=False, description="Try to reach each one now.")


class Records(Paging):
    """Which records to list."""

    kind: Kind = ""
    mine: bool = Field(default=False, description="Only this member's.")


class EntryView(View):
    """A record on the ledger."""

    kind: str
    record_id: str
    member: str
    transaction: str
    block: int
    time_ms: int
    status: str
    sequence: int
    body: dict[str, Any]


class EntryPage(View):
    """A page of records, by their position on the ledger."""

    items: list[EntryView]
    next_after: str = ""


def position(after: str) -> int:
    """Read a cursor that is a number; empty: the beginning."""
    if after and not (after.isdecimal() and after.isascii() and len(after) < 16):  # noqa: PLR2004  fits 63 bits
        raise InvalidFields("query.after: not a cursor of this list")
    return int(after or 0)


def cursor(after: int) -> str:
    """Write one; 0: there is no further page."""
    return str(after) if after else ""


def member(members: Members) -> Resource:
    """Make the resource."""
    resource = Resource("member")

    @resource.operation("GET", "/member", "This member and how it stands at the union", answer=OwnMemberView)
    def own() -> dict[str, object]:
        identity = members.identity
        return {
            "member": identity.member,
            "name": identity.name,
            "gateway": identity.gateway,
            "union": members.standing(),
        }

    @resource.operation(
        "POST",
        "/member/registration",
        "Register this member on the ledger",
        role=Role.ADMIN,
        answer=ProofView,
        status=201,
    )
    def register(account: Account, body: Empty) -> Reply:  # noqa: ARG001  an empty body is still checked
        return Reply(members.register(account.account), "/member")

    @resource.operation("GET", "/members", "The federation's members", answer=MemberPage)
    def index(query: MemberQuery) -> dict[str, object]:
        items, after = members.page(position(query.after), query.limit, probe=query.probe)
        return {"items": items, "next_after": cursor(after)}

    @resource.operation("GET", "/ledger-entries", "Records on the ledger", answer=EntryPage)
    def entries(query: Records) -> dict[str, object]:
        page = members.ledger(query.kind, position(query.after), query.limit, mine=query.mine)
        return {"items": page.entries, "next_after": cursor(page.next_after)}

    return resource
