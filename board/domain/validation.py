"""Finds what is wrong with a graph: components, ports, types, parameters, parties."""

from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from board.domain.columns import DATA_SET, Find, missing_columns
from board.domain.errors import InvalidFlow
from board.domain.flows import Node, Problem, in_order

Catalogue = Mapping[str, Mapping[str, Any]]  # component name → manifest


def problems_of(
    nodes: Sequence[Node],
    catalogue: Catalogue,
    members: Sequence[str],
    *,
    to_run: bool = False,
    find: Find | None = None,
) -> list[Problem]:
    """List everything that keeps a graph from running.

    Parameters
    ----------
    members
        The project's: the promoter, then the providers.
    to_run
        Whether each party's own required parameters (its data set, say) must be there too.
    find
        What is known of a member's data set: columns that are named must be there.
    """
    if not nodes:
        return [Problem("", "nodes", "the graph has no nodes", "empty")]
    found: list[Problem] = []
    known: dict[str, Node] = {}
    for node in nodes:
        if node.id in known:
            found.append(Problem(node.id, "id", "this id is used twice", "id_twice"))
        known[node.id] = node
    for node in nodes:
        manifest = catalogue.get(node.component)
        if manifest is None:
            text = f"there is no component {node.component!r} here"
            found.append(Problem(node.id, "component", text, "no_component", {"component": node.component}))
            continue
        found += _parties(node, manifest, members)
        found += _inputs(node, manifest, known, catalogue, members)
        found += _params(node, manifest, members, to_run=to_run)
    try:
        ordered = in_order(list(known.values()))
    except InvalidFlow as error:
        return [*found, Problem("", "nodes", error.detail, "cycle")]
    return found + (missing_columns(ordered, members, find) if find else [])


def _parties(node: Node, manifest: Mapping[str, Any], members: Sequence[str]) -> list[Problem]:
    chosen = [*(node.parties or members)]
    if node.arbiter and node.arbiter not in chosen:
        chosen.append(node.arbiter)
    found = [
        Problem(node.id, "parties", f"{name} is not a party of the project", "stranger", {"member": name})
        for name in chosen
        if name not in members
    ]
    if len(set(chosen)) != len(chosen):
        found.append(Problem(node.id, "parties", "a party is named twice", "party_twice"))
    if len(chosen) < int(manifest.get("min_parties", 1)):
        least = str(manifest["min_parties"])
        text = f"{node.component} needs at least {least} parties"
        found.append(Problem(node.id, "parties", text, "few_parties", {"count": least}))
    needed = {node.role(name, members) for name in chosen if name in members}
    missing = sorted(needed - set(manifest["roles"]))
    if missing:
        text = f"{node.component} has no part for a {missing[0]}"
        found.append(Problem(node.id, "parties", text, "no_part", {"role": missing[0]}))
    return found + _arbiter(node, manifest, members)


def _arbiter(node: Node, manifest: Mapping[str, Any], members: Sequence[str]) -> list[Problem]:
    if "arbiter" in manifest["roles"] and not node.arbiter:
        text = f"{node.component} needs an arbiter: name a member that brings no data into it"
        return [Problem(node.id, "arbiter", text, "needs_arbiter")]
    if node.arbiter and node.arbiter == members[0]:
        return [Problem(node.id, "arbiter", "the promoter cannot be the arbiter too", "promoter_arbiter")]
    return []


def _inputs(
    node: Node, manifest: Mapping[str, Any], known: Mapping[str, Node], catalogue: Catalogue, members: Sequence[str]
) -> list[Problem]:
    ports = {port["name"]: port for port in manifest["inputs"]}
    found: list[Problem] = []
    for item in node.inputs:
        place = f"inputs.{item.port}"
        port, source = ports.get(item.port), known.get(item.node)
        if port is None:
            text = f"{node.component} has no input {item.port!r}"
            found.append(Problem(node.id, place, text, "no_input", {"port": item.port}))
            continue
        if source is None:
            found.append(Problem(node.id, place, f"there is no node {item.node!r}", "no_node", {"node": item.node}))
            continue
        outputs = {output["name"]: output for output in catalogue.get(source.component, {}).get("outputs", ())}
        output = outputs.get(item.output)
        if source.component in catalogue and output is None:
            text = f"{source.component} has no output {item.output!r}"
            found.append(Problem(node.id, place, text, "no_output", {"node": source.id, "output": item.output}))
        elif output is not None and output["kind"] != port["kind"]:
            text = f"a {output['kind']} cannot go where a {port['kind']} is needed"
            kinds = {"given": output["kind"], "needed": port["kind"]}
            found.append(Problem(node.id, place, text, "wrong_kind", kinds))
        elif output is not None:
            found += [
                Problem(
                    node.id,
                    place,
                    f"{member} does not have the output {item.output!r} of node {item.node!r}",
                    "not_there",
                    {"member": member, "output": item.output, "node": item.node},
                )
                for member in node.among(members)
                if node.role(member, members) in port["roles"]
                and (member not in source.among(members) or source.role(member, members) not in output["roles"])
            ]
    fed = [item.port for item in node.inputs]
    for name, port in ports.items():
        if fed.count(name) > 1:
            found.append(
                Problem(node.id, f"inputs.{name}", "this input is connected twice", "fed_twice", {"port": name})
            )
        # A data set comes from the member's own parameters, not from another node.
        if name not in fed and not port.get("optional") and name != DATA_SET:
            found.append(Problem(node.id, f"inputs.{name}", "this input is not connected", "not_fed", {"port": name}))
    return found


def _params(node: Node, manifest: Mapping[str, Any], members: Sequence[str], *, to_run: bool) -> list[Problem]:
    found = _refused(node.id, "params", manifest["params"], node.params)
    found += [
        Problem(node.id, f"own.{member}", f"{member} takes no part in this node", "no_party", {"member": member})
        for member in node.own
        if member not in node.among(members)
    ]
    for member in node.among(members):
        own = node.own.get(member, {})
        found += _refused(node.id, f"own.{member}", _own_schema(manifest), own, required=to_run)
    return found


def _own_schema(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Demand a data set, which flow turns into an input port, where the component has such a port."""
    schema: Mapping[str, Any] = manifest["own_params"]
    if not any(port["name"] == DATA_SET for port in manifest["inputs"]):
        return schema
    properties = {**schema.get("properties", {}), DATA_SET: {"type": "string", "minLength": 1}}
    return {**schema, "properties": properties, "required": [*schema.get("required", []), DATA_SET]}


def _refused(
    node: str, place: str, schema: Mapping[str, Any], value: Mapping[str, Any], *, required: bool = True
) -> list[Problem]:
    errors = Draft202012Validator(dict(schema)).iter_errors(_plain(value))
    return [
        Problem(
            node,
            place + "".join(f".{step}" for step in error.absolute_path),
            error.message,
            f"schema_{error.validator}",
            {"limit": str(error.validator_value), "name": _missing(error)},
        )
        for error in sorted(errors, key=lambda error: [str(step) for step in error.absolute_path])
        if required or error.validator != "required"
    ]


def _missing(error: Any) -> str:
    """Return the name that a `required` error misses, which only its message tells."""
    if error.validator != "required":
        return str(error.absolute_path[-1]) if error.absolute_path else ""
    return next((name for name in error.validator_value if f"'{name}'" in error.message), "")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
