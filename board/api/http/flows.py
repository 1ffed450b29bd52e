"""Flows and what they were."""

from typing import Annotated, Any, Literal

from flask import request
from pydantic import Field, JsonValue

from board.api.http.component_views import GraphView
from board.api.http.consents import MemberId
from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.api.http.sessions import Text
from board.domain.accounts import Account
from board.domain.errors import Changed, EtagMissing, UnknownFlow
from board.domain.flows import Flow
from board.service.flows import Flows

NodeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class InputModel(Fields):
    """An input port and the output that feeds it."""

    port: Word
    node: NodeId
    output: Word


class PositionModel(Fields):
    """Where a node is drawn."""

    x: Annotated[float, Field(ge=-1e6, le=1e6)]
    y: Annotated[float, Field(ge=-1e6, le=1e6)]


class NodeModel(Fields):
    """A component in the graph."""

    id: NodeId
    component: Word
    title: Annotated[Text, Field(max_length=200)] = ""
    params: dict[str, JsonValue] = Field(default={}, description="The same at all parties.")
    own: dict[MemberId, dict[str, JsonValue]] = Field(
        default={}, description="Each member's own, for instance data_set."
    )
    inputs: list[InputModel] = Field(default=[], max_length=50)
    parties: Annotated[list[MemberId], Field(max_length=101)] | None = Field(
        default=None, description="Who takes part; null: all parties of the project."
    )
    arbiter: MemberId | Literal[""] = Field(
        default="", description="The member that takes part as the arbiter, if the component has one."
    )
    position: PositionModel | None = Field(default=None, description="Where it is drawn.")


class GraphModel(Fields):
    """A graph of components."""

    nodes: Annotated[list[NodeModel], Field(max_length=200)]


class NewFlow(Fields):
    """A flow to save."""

    project: Annotated[Text, Field(min_length=1, max_length=128)]
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    graph: GraphModel


class FlowChange(Fields):
    """A flow's new content."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    graph: GraphModel


class FlowSummary(View):
    """A flow without its graph."""

    flow: str
    project: str
    name: str
    revision: int
    created_ms: int
    changed_ms: int
    created_by: str


class FlowView(FlowSummary):
    """A flow."""

    graph: GraphView


class FlowPage(View):
    """A page of flows, the newest first."""

    items: list[FlowSummary]
    next_after: str = ""


class FlowQuery(Paging):
    """Which flows to list."""

    project: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,127})?$")] = ""
    text: Annotated[Text, Field(max_length=200, description="Searched in names.")] = ""


class VersionSummary(View):
    """A flow as it was once saved, without its graph."""

    revision: int
    name: str
    changed_ms: int
    changed_by: str
    nodes: int


class VersionView(VersionSummary):
    """A flow as it was once saved."""

    graph: GraphView


class VersionPage(View):
    """All versions that are kept, the newest first."""

    items: list[VersionSummary]
    next_after: str = ""


class Drawn(Fields):
    """A graph that is not saved yet."""

    graph: GraphModel | None = Field(default=None, description="Null: the saved one.")


class ProblemView(View):
    """What is wrong, and where."""

    node: str = Field(description="Empty: the graph as a whole.")
    field: str
    text: str
    kind: str = Field(description="The same in a word, for other languages.")
    about: dict[str, str] = Field(description="What the words are about.")


class Validation(View):
    """All that keeps a flow from running; empty: it can run."""

    problems: list[ProblemView]


def flows(service: Flows) -> Resource:
    """Make the resource."""
    resource = Resource("flows")

    @resource.operation("POST", "/flows", "Save a flow", answer=FlowView, status=201)
    def create(account: Account, body: NewFlow) -> Reply:
        made = service.create(body.project, body.name, _graph(body.graph), account.account)
        return Reply(made, f"/flows/{made.flow}", _etag(made))

    @resource.operation("GET", "/flows", "This member's flows", answer=FlowPage)
    def index(query: FlowQuery) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1, query.project, query.text)
        page = found[: query.limit]
        return {"items": page, "next_after": page[-1].flow if len(found) > query.limit else ""}

    @resource.operation("GET", "/flows/{flow}", "A flow", answer=FlowView)
    def show(flow: str) -> Reply:
        found = service.find(flow)
        return Reply(found, etag=_etag(found))

    @resource.operation("PUT", "/flows/{flow}", "Change a flow that was read before", answer=FlowView, conditional=True)
    def replace(flow: str, account: Account, body: FlowChange) -> Reply:
        based_on = _revision(service.find(flow))
        changed = service.replace(flow, body.name, _graph(body.graph), based_on, account.account)
        return Reply(changed, etag=_etag(changed))

    @resource.operation("DELETE", "/flows/{flow}", "Delete a flow that was read before", conditional=True)
    def delete(flow: str, account: Account) -> None:
        service.delete(flow, _revision(service.find(flow)), account.account)

    @resource.operation("GET", "/flows/{flow}/versions", "What a flow was", answer=VersionPage)
    def versions(flow: str, query: Paging) -> dict[str, object]:  # noqa: ARG001  few enough for one page
        return {"items": service.versions(flow)}

    @resource.operation("GET", "/flows/{flow}/versions/{revision}", "A flow as it was", answer=VersionView)
    def version(flow: str, revision: str) -> object:
        if not (revision.isdecimal() and revision.isascii() and len(revision) < 10):  # noqa: PLR2004  fits 32 bits
            raise UnknownFlow(f"flow {flow} has no version {revision}")
        return service.version(flow, int(revision))

    @resource.operation("POST", "/flows/{flow}/validation", "What keeps a flow from running", answer=Validation)
    def validate(flow: str, body: Drawn) -> dict[str, object]:
        return {"problems": service.problems(flow, _graph(body.graph) if body.graph else None)}

    return resource


def _graph(graph: GraphModel) -> dict[str, Any]:
    return graph.model_dump(mode="json", exclude_none=True)


def _etag(flow: Flow) -> str:
    return f'"{flow.flow}-{flow.revision}"'


def _revision(flow: Flow) -> int:
    """Return the revision that the change is based on: If-Match names it, "*" takes what is there."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise EtagMissing
    if given != "*" and _etag(flow) not in [tag.strip() for tag in given.split(",")]:
        raise Changed(f"flow {flow.flow} has revision {flow.revision} now")
    return flow.revision
