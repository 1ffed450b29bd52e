"""Finds columns that a graph names and its members' data sets do not have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from board.domain.data_sets import DataSet
from board.domain.flows import Node, Problem
from board.domain.projects import Offer

DATA_SET = "data_set"  # the own parameter, and input port, that names a member's data set
# What comes out of these has the names that went in; of all others nobody knows the names before they have run.
_KEEPING = frozenset({"psi", "split", "standardise", "fill_missing"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a data set: its name, and the names of its columns."""

    name: str
    columns: frozenset[str]

    @classmethod
    def of_ours(cls, data_set: DataSet) -> "Known":
        """Return what we know of our own."""
        return cls(data_set.name, frozenset(column.name for column in data_set.columns))

    @classmethod
    def of_offer(cls, offer: Offer) -> "Known":
        """Return what a partner has shown of its own: "name:type" of all columns but the id."""
        return cls(offer.name, frozenset(text.rpartition(":")[0] or text for text in offer.columns))


Find = Callable[[str, str], Known | None]  # (member, data set) → what is known of it


def missing_columns(ordered: Sequence[Node], members: Sequence[str], find: Find) -> list[Problem]:
    """List the named columns that are not there; of data sets that nobody knows here nothing is said.

    Parameters
    ----------
    ordered
        The graph's nodes, each after those that it takes from.
    """
    found: list[Problem] = []
    leaves: dict[tuple[str, str], Known | None] = {}  # (node, member) → what of the member's columns leaves the node
    for node in ordered:
        for member in node.among(members):
            source = _source(node, member, leaves, find)
            leaves[node.id, member] = _output(node, member, source)
            found += _missing(node, member, source) if source else []
    return found


def _source(node: Node, member: str, leaves: Mapping[tuple[str, str], Known | None], find: Find) -> Known | None:
    """Return what a member's columns at a node can be chosen from; None: that shows only when it runs."""
    data_set = node.own.get(member, {}).get(DATA_SET)
    if isinstance(data_set, str) and data_set:
        return find(member, data_set)
    given = {leaves.get((item.node, member)) for item in node.inputs}
    return given.pop() if len(given) == 1 else None


def _output(node: Node, member: str, source: Known | None) -> Known | None:
    own = node.own.get(member, {})
    if source and own.get(DATA_SET):
        chosen = frozenset(column for _, column in _named(node, member))
        return Known(source.name, source.columns & chosen) if own.get("columns") else source
    return source if node.component in _KEEPING else None


def _missing(node: Node, member: str, source: Known) -> list[Problem]:
    return [
        Problem(
            node.id,
            f"own.{member}.{place}",
            f"the data set {source.name!r} of {member} has no column {column!r}: "
            "choose one of its columns, or another data set",
            "no_column",
            {"member": member, "data_set": source.name, "column": column},
        )
        for place, column in _named(node, member)
        if column not in source.columns
    ]


def _named(node: Node, member: str) -> list[tuple[str, str]]:
    own = node.own.get(member, {})
    columns, label = own.get("columns"), own.get("label")
    found = [("columns", name) for name in columns if isinstance(name, str)] if isinstance(columns, list) else []
    return [*found, ("label", label)] if isinstance(label, str) and label else found
