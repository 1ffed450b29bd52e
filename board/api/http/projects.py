"""Projects, invitations and offers."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.consents import ComponentId, ConsentView, MemberId, Time, consent_view
from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.domain.projects import Project
from board.service.consents import Consents
from board.service.data_sets import DataSets
from board.service.projects import Projects


class NewProject(Fields):
    """A project to create."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    purpose: Annotated[Text, Field(max_length=2000)] = ""
    providers: Annotated[list[MemberId], Field(min_length=1, max_length=100)]
    components: Annotated[list[ComponentId], Field(max_length=500)] = Field(
        default=[], description='"name" or "name==version"; empty: all that are installed here.'
    )
    expires_ms: Time = Field(default=0, description="0: no end.")


class ProjectChange(Fields):
    """What the promoter may change."""

    status: Literal["closed"]


class NewAnswer(Fields):
    """Our answer to an invitation."""

    accept: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""


class NewOffer(Fields):
    """A data set to offer."""

    data_set: Annotated[Text, Field(min_length=1, max_length=128)]


class PartyView(View):
    """A party of a project and its answer."""

    member: str
    role: str
    answer: str = Field(description="pending, accepted or refused.")
    reason: str
    transaction: str
    block: int
    answered_ms: int


class OfferView(View):
    """A data set that a party offers; its description only."""

    project: str
    member: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: list[str]
    has_label: bool
    at_ms: int


class OfferPage(View):
    """All offers of a project."""

    items: list[OfferView]
    next_after: str = ""


class ProjectView(View):
    """A project."""

    project: str
    name: str
    purpose: str
    promoter: str
    providers: list[str]
    components: list[str]
    expires_ms: int
    terms_hash: str
    status: str
    own_role: str
    own_answer: str
    created_ms: int
    created_by: str
    transaction: str
    block: int
    parties: list[PartyView]
    joins: list[str] = Field(description="Members that the last change of the terms has added.")
    may_take_back: bool = Field(description="Whether the promoter may go back to the terms before.")


class ProjectPage(View):
    """A page of projects, the newest first."""

    items: list[ProjectView]
    next_after: str = ""


class UndeliveredView(View):
    """Something a partner has not been told yet."""

    member: str
    what: str
    attempts: int
    problem: str


class ProjectDetail(ProjectView):
    """A project with all that belongs to it."""

    data_sets: list[OfferView]
    consents: list[ConsentView]
    undelivered: list[UndeliveredView]


def projects(service: Projects, consents: Consents, data_sets: DataSets) -> Resource:
    """Make the resource."""
    resource = Resource("projects")

    @resource.operation(
        "POST",
        "/projects",
        "Create a project and invite its providers",
        answer=ProjectView,
        status=201,
        idempotent=True,
    )
    def create(account: Account, body: NewProject) -> Reply:
        made = service.create(
            body.name, body.purpose, body.providers, body.components, body.expires_ms, account.account
        )
        return Reply(view(made, service.member), f"/projects/{made.terms.project}")

    @resource.operation("GET", "/projects", "This member's projects", answer=ProjectPage)
    def index(query: Paging) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1)
        page = found[: query.limit]
        after = page[-1].terms.project if len(found) > query.limit else ""
        return {"items": [view(project, service.member) for project in page], "next_after": after}

    @resource.operation("GET", "/projects/{project}", "A project with parties, data and consents", answer=ProjectDetail)
    def show(project: str) -> dict[str, object]:
        found = service.described(project)
        waiting = [
            {
                "member": letter.member,
                "what": letter.method.rpartition("/")[2],
                "attempts": letter.attempts,
                "problem": letter.problem,
            }
            for letter in service.undelivered()
            if letter.member in found.members
        ]
        return view(found, service.member) | {
            "data_sets": service.offers(project),
            "consents": [consent_view(consent) for consent in consents.of_project(project)],
            "undelivered": waiting,
        }

    @resource.operation("PATCH", "/projects/{project}", "Close a project", answer=ProjectView)
    def change(project: str, account: Account, body: ProjectChange) -> dict[str, object]:  # noqa: ARG001  only "closed"
        return view(service.close(project, account.account), service.member)

    @resource.operation("GET", "/invitations", "Projects that wait for our answer", answer=ProjectPage)
    def invitations(query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": [view(project, service.member) for project in service.invitations()]}

    @resource.operation(
        "POST", "/projects/{project}/answer", "Accept or refuse, on the ledger", role=Role.ADMIN, answer=ProjectView
    )
    def answer(project: str, account: Account, body: NewAnswer) -> dict[str, object]:
        found = service.answer(project, accept=body.accept, reason=body.reason, by=account.account)
        return view(found, service.member)

    @resource.operation("GET", "/projects/{project}/data-sets", "What all parties offer", answer=OfferPage)
    def offers(project: str, query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": service.offers(project)}

    @resource.operation(
        "POST", "/projects/{project}/data-sets", "Offer a data set's description", answer=OfferView, status=201
    )
    def offer(project: str, account: Account, body: NewOffer) -> Reply:
        made = service.offer(project, data_sets.find(body.data_set), account.account)
        return Reply(made, f"/projects/{project}/data-sets")

    return resource


def view(project: Project, member: str) -> dict[str, object]:
    """Render a project as `member` sees it."""
    terms = project.terms
    parties = [
        {
            "member": name,
            "role": "promoter" if name == terms.promoter else "provider",
            "answer": project.answer_of(name).decision,
            "reason": project.answer_of(name).reason,
            "transaction": project.answer_of(name).proof.transaction,
            "block": project.answer_of(name).proof.block,
            "answered_ms": project.answer_of(name).at_ms,
        }
        for name in project.members
    ]
    return terms.canonical() | {
        "terms_hash": terms.hash,
        "status": project.status,
        "own_role": "promoter" if member == terms.promoter else "provider",
        "own_answer": project.answer_of(member).decision,
        "created_ms": project.created_ms,
        "created_by": project.created_by,
        "transaction": project.proof.transaction,
        "block": project.proof.block,
        "parties": parties,
        "joins": project.joins,
        "may_take_back": project.previous is not None and member == terms.promoter,
    }
