"""The inbox: everything that waits for a decision, what it would allow, and what was decided."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from board.api.http.consents import Time
from board.api.http.operation import Fields, Resource, View
from board.api.http.requests import ColumnName
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.domain.approvals import Approval
from board.domain.requests import Granted
from board.service.approvals import Approvals
from board.service.messages import Messages
from common.errors import HanseError, NotFound

_KINDS = ("invitation", "data_request", "job", "account")


class InboxQuery(Fields):
    """Which of the three lists."""

    tab: Literal["todo", "asked", "done"] = Field(
        default="todo", description="todo: waits for us; asked: we wait for others; done: decided here."
    )


class Chosen(Fields):
    """One thing to decide about."""

    kind: Literal["invitation", "data_request", "job", "account"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,259}$")]


class Terms(Fields):
    """What is granted of a request for data; none of it may go beyond what was asked for."""

    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=5000)]
    runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="null: any number.")
    expires_ms: Time = Field(default=0, description="0: as long as the project.")
    newer_versions: bool = False

    def granted(self) -> Granted:
        """Return them as the service takes them."""
        return Granted(tuple(self.columns), self.runs, self.expires_ms, self.newer_versions)


class ManyDecisions(Fields):
    """One decision about several things; a refusal says why, the same to all."""

    items: Annotated[list[Chosen], Field(min_length=1, max_length=100)]
    approve: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""


class ApprovalDecision(Fields):
    """A decision; a refusal says why."""

    approve: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""
    terms: Terms | None = Field(
        default=None, description="Of a request for data: less than was asked for. null: all of it."
    )


class PermitView(View):
    """What an approval would allow, in full: the consent that comes of it says the same."""

    project: str
    data_set: str
    name: str
    version: str
    columns: list[str]
    components: list[str]
    runs: int | None
    expires_ms: int
    job: str
    newer_versions: bool


class ApprovalView(View):
    """Something to decide, or decided."""

    kind: str = Field(description="invitation, data_request, job or account.")
    id: str
    asker: str
    title: str
    created_ms: int
    status: str
    project: str
    purpose: str
    deadline_ms: int
    waiting_for: list[str]
    joins: list[str]
    parties: list[str]
    arbiters: list[str] = Field(description="Parties that bring no data and hold the key in some node of the job.")
    components: list[str]
    permits: list[PermitView]
    reason: str
    decided_ms: int
    decided_by: str
    transaction: str
    block: int
    narrowed: bool = Field(description="Less was granted than was asked for.")
    may_decide: bool


class ApprovalPage(View):
    """A list of approvals."""

    items: list[ApprovalView]
    next_after: str = ""


class OutcomeView(View):
    """What became of one decision of several."""

    kind: str
    id: str
    decided: bool
    code: str = Field(description="Why it was not decided; empty: it was.")
    detail: str


class OutcomePage(View):
    """What became of each, in the order in which they were chosen."""

    items: list[OutcomeView]
    next_after: str = ""


class CountView(View):
    """What the badge shows."""

    todo: int
    unread: int


def approvals(service: Approvals, messages: Messages) -> Resource:
    """Make the resource."""
    resource = Resource("approvals")

    @resource.operation("GET", "/approvals", "What waits for a decision, and what was decided", answer=ApprovalPage)
    def index(account: Account, query: InboxQuery) -> dict[str, object]:
        lists: dict[str, Callable[[], list[Approval]]] = {
            "todo": lambda: service.todo(account),
            "asked": service.asked,
            "done": lambda: service.done(account),
        }
        return {"items": [_view(item, account, query.tab) for item in lists[query.tab]()]}

    @resource.operation("GET", "/approvals/count", "How much waits, and how many messages are unread", answer=CountView)
    def count(account: Account) -> dict[str, int]:
        return {"todo": service.count(account), "unread": messages.unread(account.account)}

    @resource.operation("GET", "/approvals/{kind}/{id}", "Something that waits for us", answer=ApprovalView)
    def show(kind: str, id: str, account: Account) -> dict[str, object]:  # noqa: A002  the path's own word
        return _view(service.find(_kind(kind), id, account), account, "todo")

    @resource.operation("POST", "/approvals/{kind}/{id}/decision", "Approve or refuse", role=Role.ADMIN)
    def decide(kind: str, id: str, account: Account, body: ApprovalDecision) -> None:  # noqa: A002
        terms = body.terms.granted() if body.terms else None
        service.decide(_kind(kind), id, account, approve=body.approve, reason=body.reason, terms=terms)

    @resource.operation(
        "POST",
        "/approvals/decisions",
        "Approve or refuse several, each for itself",
        role=Role.ADMIN,
        answer=OutcomePage,
    )
    def decide_all(account: Account, body: ManyDecisions) -> dict[str, object]:
        chosen = [(item.kind, item.id) for item in body.items]
        told = service.decide_all(chosen, account, approve=body.approve, reason=body.reason)
        return {"items": [_outcome(*item, error) for item, error in zip(chosen, told, strict=True)]}

    return resource


def _kind(kind: str) -> str:
    if kind not in _KINDS:
        raise NotFound(f"there are no approvals of kind {kind[:40]!r}")
    return kind


def _outcome(kind: str, name: str, error: HanseError | None) -> dict[str, object]:
    code, detail = (error.code, error.detail) if error else ("", "")
    return {"kind": kind, "id": name, "decided": error is None, "code": code, "detail": detail}


def _view(item: Approval, account: Account, tab: str) -> dict[str, object]:
    fields = {name: getattr(item, name) for name in ApprovalView.model_fields if hasattr(item, name)}
    may = tab == "todo" and account.role.covers(Role.ADMIN)
    return fields | {"transaction": item.proof.transaction, "block": item.proof.block, "may_decide": may}
