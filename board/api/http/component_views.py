"""Components and templates as JSON: what the flow editor draws its palette and forms from."""

from typing import Any

from pydantic import ConfigDict, Field

from board.api.http.operation import View


class Words(View):
    """A text in both languages."""

    en: str
    zh: str


class PortView(View):
    """A typed input or output; edges join equal kinds."""

    name: str
    kind: str
    roles: list[str]
    optional: bool
    about: str


class MessageView(View):
    """What may be sent between the parties."""

    model_config = ConfigDict(serialize_by_alias=True)

    name: str
    sender: str = Field(alias="from")
    receiver: str = Field(alias="to")
    carries: str
    about: str


class DisclosureView(View):
    """Who learns what beyond its own output."""

    who: str
    learns: Words


class CostView(View):
    """Number and bytes of a message, as arithmetic over sizes such as n_rows."""

    message: str
    n_messages: str
    bytes: str


class ComponentView(View):
    """A component's manifest."""

    name: str
    version: str
    hash: str
    title: Words
    about: Words
    group: str
    roles: list[str]
    min_parties: int
    assumption: str
    inputs: list[PortView]
    outputs: list[PortView]
    messages: list[MessageView]
    discloses: list[DisclosureView]
    cost: list[CostView]
    params: dict[str, Any] = Field(description="JSON schema of the parameters that all parties share.")
    own_params: dict[str, Any] = Field(description="JSON schema of each party's own parameters.")


class ComponentPage(View):
    """The components that this member has."""

    items: list[ComponentView]
    next_after: str = ""


class InputView(View):
    """An input port and the output that feeds it."""

    port: str
    node: str
    output: str


class PositionView(View):
    """Where a node is drawn."""

    x: float
    y: float


class NodeView(View):
    """A component in a graph."""

    id: str
    component: str
    title: str = ""
    params: dict[str, Any] = Field(default={}, description="The same at all parties.")
    own: dict[str, dict[str, Any]] = Field(default={}, description="Each member's own.")
    inputs: list[InputView] = Field(default=[])
    parties: list[str] | None = Field(default=None, description="Who takes part; null: all parties.")
    arbiter: str = Field(default="", description="Who takes part as the arbiter, besides; empty: nobody.")
    position: PositionView | None = None


class GraphView(View):
    """A graph of components."""

    nodes: list[NodeView]


class TemplateView(View):
    """A graph to start from."""

    template: str
    name: Words
    about: Words
    graph: GraphView


class TemplatePage(View):
    """All templates."""

    items: list[TemplateView]
    next_after: str = ""
