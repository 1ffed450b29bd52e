"""Fills a flow template in: which data set each member brings, who is the promoter, who the arbiter."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from common.errors import InvalidInput, NotFound

Json = dict[str, Any]
_ARBITER = "{arbiter}"


def fill(template: Json, data_sets: Mapping[str, str], promoter: str, arbiter: str = "") -> Json:
    """Return the template's graph for these members.

    Parameters
    ----------
    template
        One of `Client.templates()`; in its graph "{member}", "{data_set}" and "{promoter}" stand for what is filled in.
    data_sets
        Member → its data set's id.
    promoter
        The member with the label.
    arbiter
        A member that brings no data, for templates whose training has an arbiter.

    Raises
    ------
    InvalidInput
        The template needs an arbiter and none is named, or has no use for one.
    """
    nodes = [dict(node) for node in template["graph"]["nodes"]]
    _fits(template, nodes, arbiter)
    for node in nodes:
        if "{member}" in node.get("own", {}):
            node["own"] = {
                member: {name: data_set if value == "{data_set}" else value for name, value in own.items()}
                for member, data_set in data_sets.items()
                for own in [node["own"]["{member}"]]
            }
        if node.get("parties"):
            node["parties"] = [promoter if party == "{promoter}" else party for party in node["parties"]]
        elif arbiter:
            node["parties"] = list(data_sets)  # "all" would take the arbiter's data in
        if node.get("arbiter") == _ARBITER:
            node["arbiter"] = arbiter
    return {"nodes": nodes}


def _fits(template: Json, nodes: Iterable[Json], arbiter: str) -> None:
    name, wanted = template["template"], any(node.get("arbiter") == _ARBITER for node in nodes)
    if wanted and not arbiter:
        raise InvalidInput(
            f"template {name} needs an arbiter, a member that brings no data", hint="Name one: --arbiter MEMBER"
        )
    if arbiter and not wanted:
        raise InvalidInput(f"template {name} has no part for an arbiter", hint="Leave --arbiter out.")


def find(templates: Iterable[Json], name: str) -> Json:
    """Return the template of this name.

    Raises
    ------
    NotFound
        There is none; the hint names those that there are.
    """
    known = {template["template"]: template for template in templates}
    if name not in known:
        raise NotFound(f"there is no flow template {name}", hint=f"Templates: {', '.join(sorted(known))}.")
    return known[name]


def choose(offered: Iterable[Json], members: Iterable[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Pick each member's data set: the chosen one, else the only one that it offers.

    Raises
    ------
    InvalidInput
        A member offers none or several and none of its is chosen, or a chosen member is no party of the project.
    """
    parties = list(members)
    if strangers := set(chosen) - set(parties):
        raise InvalidInput(
            f"{', '.join(sorted(strangers))} is no party of this project", hint=f"Its parties: {', '.join(parties)}."
        )
    picked = dict(chosen)
    offers = list(offered)
    for member in parties:
        its = sorted({str(offer["data_set"]) for offer in offers if offer["member"] == member})
        if member in picked:
            continue
        if not its:
            raise InvalidInput(
                f"{member} offers no data set in this project",
                hint=f"Someone at {member} runs `hanse project offer PROJECT DATA_SET --consent`.",
            )
        if len(its) > 1:
            raise InvalidInput(
                f"{member} offers {len(its)} data sets in this project: {', '.join(its)}",
                hint=f"Choose one: --data {member}=DATA_SET",
            )
        picked[member] = its[0]
    return picked


def adjust(graph: Json, settings: Iterable[str]) -> None:
    """Set shared parameters of a graph's nodes, each written as NODE.PARAMETER=VALUE.

    A value is read as JSON where it can be, else as text: 3, 0.5, true, softmax.

    Raises
    ------
    InvalidInput
        It is written otherwise, or there is no such node; the hint names those that there are.
    """
    nodes = {str(node["id"]): node for node in graph["nodes"]}
    for setting in settings:
        place, equals, value = setting.partition("=")
        name, dot, parameter = place.partition(".")
        if not (equals and dot and name and parameter):
            raise InvalidInput(
                f"--set {setting} is not NODE.PARAMETER=VALUE", hint="For instance: --set train.n_trees=3"
            )
        if name not in nodes:
            raise InvalidInput(f"the template has no node {name}", hint=f"Its nodes: {', '.join(nodes)}.")
        nodes[name]["params"] = {**nodes[name].get("params", {}), parameter: _value(value)}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
