"""Requests for data: ask a partner, see what was answered."""

from typing import Annotated, Literal

from pydantic import Field

from board.api.http.consents import ComponentId, MemberId, Time
from board.api.http.operation import Fields, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account
from board.domain.requests import DataRequest
from board.service.requests import Requests

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
ColumnName = Annotated[Text, Field(min_length=1, max_length=200)]


class NewRequest(Fields):
    """What we ask for."""

    project: Id
    owner: MemberId
    data_set: Id
    purpose: Annotated[Text, Field(min_length=1, max_length=2000)] = Field(description="The owner's people read it.")
    columns: Annotated[list[ColumnName], Field(max_length=5000)] = Field(
        default=[], description="Columns that are asked for; empty: all but the id."
    )
    components: Annotated[list[ComponentId], Field(max_length=500)] = Field(
        default=[], description='"name==version" of the project\'s terms; empty: all of them.'
    )
    runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(default=None, description="null: any number.")
    expires_ms: Time = Field(default=0, description="0: as long as the project.")
    newer_versions: bool = Field(default=False, description="Whether versions to come are asked for, too.")


class RequestQuery(Fields):
    """Which requests to list."""

    asked: Literal["by_us", "of_us"] = "by_us"
    status: Literal["", "pending", "approved", "refused"] = ""


class GrantedView(View):
    """What was granted."""

    columns: list[str]
    runs: int | None
    expires_ms: int
    newer_versions: bool
    narrowed: bool = Field(description="Less than was asked for; jobs that need more are refused.")


class RequestView(View):
    """A request for data and its answer."""

    request: str
    project: str
    asker: str
    owner: str
    data_set: str
    purpose: str
    columns: list[str]
    components: list[str]
    runs: int | None
    expires_ms: int
    newer_versions: bool
    status: str
    created_ms: int
    created_by: str
    reason: str
    decided_ms: int
    decided_by: str
    consent: str
    granted: GrantedView | None = Field(description="Of an approval, as far as it was told.")
    transaction: str
    block: int


class RequestPage(View):
    """The newest requests."""

    items: list[RequestView]
    next_after: str = ""


def requests(service: Requests) -> Resource:
    """Make the resource."""
    resource = Resource("requests")

    @resource.operation(
        "POST",
        "/data-requests",
        "Ask a partner for the use of its data set",
        answer=RequestView,
        status=201,
        idempotent=True,
    )
    def create(account: Account, body: NewRequest) -> Reply:
        made = service.ask(
            body.project,
            body.owner,
            body.data_set,
            body.purpose,
            account.account,
            columns=body.columns,
            components=body.components,
            runs=body.runs,
            expires_ms=body.expires_ms,
            newer_versions=body.newer_versions,
        )
        return Reply(_view(made), f"/data-requests/{made.request}")

    @resource.operation("GET", "/data-requests", "Requests for data, the newest first", answer=RequestPage)
    def index(query: RequestQuery) -> dict[str, object]:
        found = service.ours(query.status) if query.asked == "by_us" else service.theirs(query.status)
        return {"items": [_view(request) for request in found]}

    @resource.operation("GET", "/data-requests/{request}", "A request for data", answer=RequestView)
    def show(request: str) -> dict[str, object]:
        return _view(service.find(request))

    return resource


def _view(request: DataRequest) -> dict[str, object]:
    fields = {name: getattr(request, name) for name in RequestView.model_fields if hasattr(request, name)}
    return fields | {"transaction": request.proof.transaction, "block": request.proof.block}
