"""Refused members and why."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from board.api.http.consents import MemberId
from board.api.http.operation import Fields, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.service.blocking import Blocking
from common.errors import NotFound

_MEMBER: TypeAdapter[str] = TypeAdapter(MemberId)


class BlockReason(Fields):
    """Why a member is refused."""

    reason: Annotated[Text, Field(min_length=1, max_length=2000)]


class BlockedView(View):
    """A refused member."""

    member: str
    reason: str
    at_ms: int
    by: str


class BlockedPage(View):
    """All refused members."""

    items: list[BlockedView]
    next_after: str = ""


def blocked(service: Blocking) -> Resource:
    """Make the resource."""
    resource = Resource("blocked")

    @resource.operation("GET", "/blocked-members", "Members that our gateway refuses", answer=BlockedPage)
    def index() -> dict[str, object]:
        return {"items": service.all()}

    @resource.operation("PUT", "/blocked-members/{member}", "Refuse a member", role=Role.ADMIN, answer=BlockedView)
    def put(member: str, account: Account, body: BlockReason) -> object:
        try:
            _MEMBER.validate_python(member)
        except ValidationError as problem:
            raise NotFound(f"{member[:80]!r} is no member's id") from problem
        return service.put(member, body.reason, account.account)

    @resource.operation("DELETE", "/blocked-members/{member}", "Answer a member again", role=Role.ADMIN)
    def drop(member: str, account: Account) -> None:
        service.drop(member, account.account)

    return resource
