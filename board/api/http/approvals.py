"""The inbox: everything that waits for a decision, what it would allow, and what was decided."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.operation import Fields, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account, Role
from board.domain.approvals import Approval
from board.service.approvals import Approvals
from board.service.messages import Messages
from common.errors import NotFound

_KINDS = ("invitation", "data_request", "job", "account")


class InboxQuery(Fields):
    """Which of the three lists."""

    tab: Literal["todo", "asked", "done"] = Field(
        default="todo", description="todo: waits for us; asked: we wait for others; done: decided here."
    )


class ApprovalDecision(Fields):
    """A decision; a refusal says why."""

    approve: bool
    reason: Annotated[Text, Field(max_length=2000)] = ""


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
    components: list[str]
    permits: list[PermitView]
    reason: str
    decided_ms: int
    decided_by: str
    transaction: str
    block: int
    may_decide: bool


class ApprovalPage(View):
    """A list of approvals."""

    items: list[ApprovalView]
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
        lists = {"todo": lambda: service.todo(account), "asked": service.asked, "done": service.done}
        return {"items": [_view(item, account, query.tab) for item in lists[query.tab]()]}

    @resource.operation("GET", "/approvals/count", "How much waits, and how many messages are unread", answer=CountView)
    def count(account: Account) -> dict[str, int]:
        return {"todo": service.count(account), "unread": messages.unread(account.account)}

    @resource.operation("GET", "/approvals/{kind}/{id}", "Something that waits for us", answer=ApprovalView)
    def show(kind: str, id: str, account: Account) -> dict[str, object]:  # noqa: A002  the path's own word
        return _view(service.find(_kind(kind), id, account), account, "todo")

    @resource.operation("POST", "/approvals/{kind}/{id}/decision", "Approve or refuse", role=Role.ADMIN)
    def decide(kind: str, id: str, account: Account, body: ApprovalDecision) -> None:  # noqa: A002
        service.decide(_kind(kind), id, account, approve=body.approve, reason=body.reason)

    return resource


def _kind(kind: str) -> str:
    if kind not in _KINDS:
        raise NotFound(f"there are no approvals of kind {kind[:40]!r}")
    return kind


def _view(item: Approval, account: Account, tab: str) -> dict[str, object]:
    fields = {name: getattr(item, name) for name in ApprovalView.model_fields if hasattr(item, name)}
    may = tab == "todo" and account.role.covers(Role.ADMIN)
    return fields | {"transaction": item.proof.transaction, "block": item.proof.block, "may_decide": may}
