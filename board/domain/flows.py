"""Flows: drawn graphs of components, checked against the catalogue before anything runs."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from board.domain.errors import InvalidFlow


@dataclass(frozen=True, slots=True)
class NodeInput:
    """An input port and the output that feeds it."""

    port: str
    node: str
    output: str


@dataclass(frozen=True, slots=True)
class Node:
    """One component in a graph.

    Parameters
    ----------
    own
        Each member's own parameters.
    parties
        Who takes part; none: all members of the project.
    arbiter
        The member that takes part as the arbiter, whether or not `parties` names it; empty: none does.
    """

    id: str
    component: str
    title: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inputs: tuple[NodeInput, ...] = ()
    parties: tuple[str, ...] | None = None
    arbiter: str = ""

    def among(self, members: Sequence[str]) -> list[str]:
        """Return who of the project's members takes part, in their order."""
        return [name for name in members if self.parties is None or name in self.parties or name == self.arbiter]

    def role(self, member: str, members: Sequence[str]) -> str:
        """Return the role in which a member takes part; `members` begins with the promoter."""
        if member == self.arbiter:
            return "arbiter"
        return "promoter" if member == members[0] else "provider"


@dataclass(frozen=True, slots=True)
class Flow:
    """A saved graph; `graph` is kept as it was drawn."""

    flow: str
    project: str
    name: str
    graph: dict[str, Any]
    revision: int
    created_ms: int
    changed_ms: int
    created_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a graph, and where; `kind` and `about` say it again for other languages."""

    node: str
    field: str
    text: str
    kind: str = ""
    about: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """A flow as it was once saved; a summary has no graph."""

    revision: int
    name: str
    changed_ms: int
    changed_by: str
    nodes: int
    graph: dict[str, Any] = field(default_factory=dict)


def read_graph(graph: Mapping[str, Any]) -> list[Node]:
    """Read a graph's nodes; its shape has been checked at the door."""
    return [
        Node(
            id=node["id"],
            component=node["component"],
            title=node.get("title") or "",
            params=node.get("params") or {},
            own=node.get("own") or {},
            inputs=tuple(NodeInput(i["port"], i["node"], i["output"]) for i in node.get("inputs") or ()),
            parties=tuple(node["parties"]) if node.get("parties") else None,
            arbiter=node.get("arbiter") or "",
        )
        for node in graph.get("nodes", [])
    ]


def in_order(nodes: list[Node]) -> list[Node]:
    """Sort so that every node stands after those it takes its inputs from; equal nodes keep their order.

    Raises
    ------
    InvalidFlow
        The graph has a cycle, or an input from a node that does not exist.
    """
    done: dict[str, Node] = {}
    left = list(nodes)
    while left:
        ready = [node for node in left if all(item.node in done for item in node.inputs)]
        if not ready:
            names = ", ".join(node.id for node in left)
            raise InvalidFlow(f"these nodes wait for each other, or for a node that does not exist: {names}")
        # One at a time, so that the drawn order is kept wherever it can be.
        done[ready[0].id] = ready[0]
        left.remove(ready[0])
    return list(done.values())
