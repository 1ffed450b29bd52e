"""Graphs: what is wrong is found and named; nodes are put in order."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.domain.columns import Known
from board.domain.errors import InvalidFlow
from board.domain.flows import Node, NodeInput, in_order, read_graph
from board.domain.templates import TEMPLATES
from board.domain.validation import problems_of
from board.tests.doubles import CATALOGUE
from board.tests.test_story import graph
from hanse.templates import fill

MANIFESTS = {manifest["name"]: manifest for manifest in CATALOGUE}
MEMBERS = ("bank", "bureau")
GOOD = graph({"bank": "d1", "bureau": "d2"})


def problems(changed: dict[str, Any], **options: bool) -> list[tuple[str, str]]:
    return [(p.node, p.field) for p in problems_of(read_graph(changed), MANIFESTS, MEMBERS, **options)]


def altered(node: str, **values: Any) -> dict[str, Any]:
    return {"nodes": [item | (values if item["id"] == node else {}) for item in GOOD["nodes"]]}


def fed(port: str, node: str, output: str) -> list[dict[str, str]]:
    return [{"port": port, "node": node, "output": output}]


def test_a_good_graph_has_no_problems() -> None:
    assert problems(GOOD, to_run=True) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"nodes": []}, ("", "nodes")),
        (altered("align", component="nothing"), ("align", "component")),
        (altered("align", inputs=[]), ("align", "inputs.table")),
        (altered("align", inputs=fed("other", "import", "table")), ("align", "inputs.other")),
        (altered("align", inputs=fed("table", "import", "other")), ("align", "inputs.table")),
        (altered("align", inputs=fed("table", "gone", "table")), ("align", "inputs.table")),
        (altered("score", inputs=fed("model", "split", "test")), ("score", "inputs.model")),
        (altered("align", inputs=fed("table", "import", "table") * 2), ("align", "inputs.table")),
        (altered("align", parties=["bank"]), ("align", "parties")),
        (altered("align", parties=["bank", "mallory"]), ("align", "parties")),
        (altered("evaluate", parties=["bank", "bureau"]), None),
        (altered("evaluate", parties=["bureau"]), None),
        (altered("split", params={"test_fraction": 2}), ("split", "params.test_fraction")),
        (altered("split", params={"colour": 1}), ("split", "params")),
        (altered("import", own={"bank": {"data_set": "d"}}), ("import", "own.bureau")),
        (altered("import", own={**GOOD["nodes"][1]["own"], "mallory": {}}), ("import", "own.mallory")),
        (altered("import", parties=["bank"], own={"bank": {"data_set": "d"}}), ("align", "inputs.table")),
        ({"nodes": [*GOOD["nodes"], GOOD["nodes"][0]]}, ("evaluate", "id")),
    ],
)
def test_problems_are_named(changed: dict[str, Any], expected: tuple[str, str] | None) -> None:
    found = problems(changed, to_run=True)
    assert (expected in found) if expected else True, found


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"import": {"bureau": {"data_set": "d2", "label": "gone"}}}, ("import", "own.bureau.label", "gone")),
        (
            {"import": {"bureau": {"data_set": "d2", "columns": ["x", "gone"]}}},
            ("import", "own.bureau.columns", "gone"),
        ),
        ({"train": {"bank": {"columns": ["gone"]}}}, ("train", "own.bank.columns", "gone")),
        (
            {"import": {"bank": {"data_set": "d1", "columns": ["x"]}}, "train": {"bank": {"columns": ["y"]}}},
            ("train", "own.bank.columns", "y"),
        ),
        ({"import": {"bank": {"data_set": "d1", "columns": ["x"], "label": "y"}}}, None),
        (
            {"import": {"bank": {"data_set": "unknown", "label": "gone"}}, "train": {"bank": {"columns": ["gone"]}}},
            None,
        ),
    ],
)
def test_columns_that_are_not_there(changed: dict[str, Any], expected: tuple[str, str, str] | None) -> None:
    own = {"import": {"bank": {"data_set": "d1"}, "bureau": {"data_set": "d2"}}}
    nodes = [{**node, "own": {**own.get(node["id"], {}), **changed.get(node["id"], {})}} for node in GOOD["nodes"]]
    known = {("bank", "d1"): Known("one", frozenset("xy")), ("bureau", "d2"): Known("two", frozenset("xz"))}

    def find(member: str, data_set: str) -> Known | None:
        return known.get((member, data_set))

    found = problems_of(read_graph({"nodes": nodes}), MANIFESTS, MEMBERS, to_run=True, find=find)
    assert [(p.node, p.field, p.about["column"]) for p in found] == ([expected] if expected else [])
    assert all("another data set" in p.text for p in found)


def test_names_after_an_encoding_show_only_when_it_runs() -> None:
    encoded = {"id": "encode", "component": "one_hot", "inputs": fed("train", "split", "train")}
    train = {"inputs": fed("train", "encode", "train"), "own": {"bank": {"columns": ["x=1"]}}}
    nodes = read_graph({"nodes": [*altered("train", **train)["nodes"], encoded]})
    found = problems_of(nodes, MANIFESTS, MEMBERS, find=lambda member, data_set: Known("one", frozenset("xy")))
    assert found == []


ARBITRATED = MANIFESTS["vert_lr"] | {"name": "arbitrated", "roles": ["arbiter", "promoter", "provider"]}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"arbiter": "clinic"}, []),
        ({"arbiter": "clinic", "parties": ["bank", "bureau"]}, []),
        ({"arbiter": ""}, [("arbiter", "needs_arbiter")]),
        ({"arbiter": "bank"}, [("arbiter", "promoter_arbiter")]),
        ({"arbiter": "mallory"}, [("parties", "stranger")]),
        ({"arbiter": "clinic", "own": {"clinic": {"columns": 1}}}, [("own.clinic.columns", "schema_type")]),
        ({"arbiter": "clinic", "component": "vert_lr"}, [("parties", "no_part"), ("inputs.train", "not_there")]),
    ],
)
def test_an_arbiter_takes_part_without_data(changed: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """Nothing feeds its ports, and it must be somebody of the project beside the promoter."""
    data = ["bank", "bureau"]
    nodes = [node | {"parties": node.get("parties") or data} for node in GOOD["nodes"]]
    drawn = [node | ({"component": "arbitrated"} | changed if node["id"] == "train" else {}) for node in nodes]
    manifests = {**MANIFESTS, "arbitrated": _without_data_for_the_arbiter(ARBITRATED)}
    found = problems_of(read_graph({"nodes": drawn}), manifests, ("bank", "bureau", "clinic"), to_run=True)
    assert [(p.field, p.kind) for p in found if p.node == "train"] == expected


def _without_data_for_the_arbiter(manifest: dict[str, Any]) -> dict[str, Any]:
    inputs = [port | {"roles": ["promoter", "provider"]} for port in manifest["inputs"]]
    return manifest | {"inputs": inputs}


def test_a_cycle_is_found() -> None:
    looped = altered("align", inputs=fed("table", "split", "train"))
    assert ("", "nodes") in problems(looped)


def test_an_unfinished_flow_may_lack_data_sets() -> None:
    drawn = altered("import", own={})
    assert problems(drawn) == []
    assert problems(drawn, to_run=True) == [("import", "own.bank"), ("import", "own.bureau")]


@given(st.permutations(range(8)), st.data())
def test_order(names: list[int], data: st.DataObject) -> None:
    nodes = [
        Node(
            str(name),
            "c",
            inputs=tuple(
                NodeInput("p", str(names[data.draw(st.integers(0, place - 1))]), "o")
                for _ in range(data.draw(st.integers(0, 2)))
                if place
            ),
        )
        for place, name in enumerate(names)
    ]
    shuffled = data.draw(st.permutations(nodes))
    ordered = in_order(list(shuffled))
    places = {node.id: place for place, node in enumerate(ordered)}
    assert sorted(places) == sorted(node.id for node in nodes)
    assert all(places[item.node] < places[node.id] for node in ordered for item in node.inputs)


def test_order_of_a_loop() -> None:
    with pytest.raises(InvalidFlow):
        in_order([Node("a", "c", inputs=(NodeInput("p", "a", "o"),))])


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["template"])
def test_templates_run_with_the_installed_components(template: dict[str, Any]) -> None:
    code = (
        "import json;from kernel.core.registry import components;"
        "print(json.dumps([c.manifest() | {'hash': c.manifest_hash.hex()} for c in components().values()]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
    installed = {manifest["name"]: manifest for manifest in json.loads(told.stdout)}
    arbiter = "clinic" if "{arbiter}" in json.dumps(template["graph"]) else ""
    drawn = fill(template, dict.fromkeys(MEMBERS, "d1"), "bank", arbiter)
    members = [*MEMBERS, *([arbiter] if arbiter else [])]
    found = problems_of(read_graph(drawn), installed, members, to_run=True)
    assert found == []
