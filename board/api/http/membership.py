"""Who takes part in a project: further members by everybody's vote, and leaving."""

from typing import Annotated

from pydantic import Field

from board.api.http.consents import MemberId
from board.api.http.operation import Fields, Resource
from board.api.http.projects import ProjectView, view
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.service.consents import Consents
from board.service.projects import Projects


class NewMembers(Fields):
    """Further members to invite."""

    providers: Annotated[list[MemberId], Field(min_length=1, max_length=100)]


class Leaving(Fields):
    """Why we leave."""

    reason: Annotated[Text, Field(min_length=1, max_length=2000)]


def membership(projects: Projects, consents: Consents) -> Resource:
    """Make the resource."""
    resource = Resource("membership")

    @resource.operation(
        "POST",
        "/projects/{project}/members",
        "Propose further members; every provider has to agree to the new terms",
        role=Role.ADMIN,
        answer=ProjectView,
    )
    def invite_more(project: str, account: Account, body: NewMembers) -> dict[str, object]:
        return view(projects.invite_more(project, body.providers, account.account), projects.member)

    @resource.operation(
        "DELETE",
        "/projects/{project}/proposal",
        "Go back to the terms before the last proposal",
        role=Role.ADMIN,
        answer=ProjectView,
    )
    def take_back(project: str, account: Account) -> dict[str, object]:
        return view(projects.take_back(project, account.account), projects.member)

    @resource.operation(
        "POST",
        "/projects/{project}/leave",
        "Leave a project: our consents end, then our acceptance",
        role=Role.ADMIN,
        answer=ProjectView,
    )
    def leave(project: str, account: Account, body: Leaving) -> dict[str, object]:
        return view(consents.leave(project, body.reason, account.account), projects.member)

    return resource
