"""Flow templates filled in: who brings which data set."""

from typing import Any

import pytest

from common.errors import InvalidInput, NotFound
from hanse import templates

TEMPLATE: dict[str, Any] = {
    "template": "vert_lr",
    "graph": {
        "nodes": [
            {"id": "import", "own": {"{member}": {"data_set": "{data_set}"}}, "parties": None},
            {"id": "evaluate", "own": {}, "parties": ["{promoter}"]},
        ]
    },
}
OFFERS = [{"member": "bank", "data_set": "d1"}, {"member": "bureau", "data_set": "d2"}]


def test_every_member_brings_its_own_data_set() -> None:
    """The placeholders are filled in, and the template itself stays as it is."""
    filled = templates.fill(TEMPLATE, {"bank": "d1", "bureau": "d2"}, "bank")
    assert filled["nodes"][0]["own"] == {"bank": {"data_set": "d1"}, "bureau": {"data_set": "d2"}}
    assert filled["nodes"][1]["parties"] == ["bank"]
    assert "{" not in str(filled["nodes"][1]["parties"])
    assert TEMPLATE["graph"]["nodes"][0]["own"] == {"{member}": {"data_set": "{data_set}"}}


def test_an_arbiter_brings_no_data_and_takes_part_where_the_template_says_so() -> None:
    """It is kept out of all nodes but those that name it, and a template that needs none refuses one."""
    nodes = [*TEMPLATE["graph"]["nodes"], {"id": "train", "own": {}, "parties": None, "arbiter": "{arbiter}"}]
    template = {"template": "with_arbiter", "graph": {"nodes": nodes}}
    filled = templates.fill(template, {"bank": "d1", "bureau": "d2"}, "bank", "clinic")["nodes"]
    assert [node["parties"] for node in filled] == [["bank", "bureau"], ["bank"], ["bank", "bureau"]]
    assert [node.get("arbiter", "") for node in filled] == ["", "", "clinic"]
    with pytest.raises(InvalidInput, match="needs an arbiter"):
        templates.fill(template, {"bank": "d1", "bureau": "d2"}, "bank")
    with pytest.raises(InvalidInput, match="no part for an arbiter"):
        templates.fill(TEMPLATE, {"bank": "d1", "bureau": "d2"}, "bank", "clinic")


def test_the_only_offer_is_taken() -> None:
    """Nobody has to name what leaves no choice."""
    assert templates.choose(OFFERS, ["bank", "bureau"], {}) == {"bank": "d1", "bureau": "d2"}


@pytest.mark.parametrize(
    ("offers", "chosen", "words"),
    [
        (OFFERS[:1], {}, "bureau offers no data set"),
        ([*OFFERS, {"member": "bank", "data_set": "d3"}], {}, "bank offers 2 data sets"),
        (OFFERS, {"retailer": "d4"}, "retailer is no party"),
    ],
)
def test_a_choice_that_is_open_is_named(offers: list[dict[str, Any]], chosen: dict[str, str], words: str) -> None:
    """The error says whose data set is missing, or between which to choose."""
    with pytest.raises(InvalidInput, match=words):
        templates.choose(offers, ["bank", "bureau"], chosen)


def test_a_choice_among_several() -> None:
    """What the user names goes first."""
    offers = [*OFFERS, {"member": "bank", "data_set": "d3"}]
    assert templates.choose(offers, ["bank", "bureau"], {"bank": "d3"})["bank"] == "d3"


def test_an_unknown_template_names_the_known_ones() -> None:
    """The hint lists what there is."""
    with pytest.raises(NotFound) as caught:
        templates.find([TEMPLATE], "vertlr")
    assert "vert_lr" in caught.value.hint


def test_parameters_are_set_by_node_and_name() -> None:
    """Values are JSON where they can be; other parameters and nodes stay."""
    graph = {"nodes": [{"id": "split", "params": {"seed": 1}}, {"id": "train", "params": {}}]}
    templates.adjust(
        graph, ["train.n_trees=3", "train.objective=softmax", "train.goss=true", "split.test_fraction=0.3"]
    )
    assert graph["nodes"][0]["params"] == {"seed": 1, "test_fraction": 0.3}
    assert graph["nodes"][1]["params"] == {"n_trees": 3, "objective": "softmax", "goss": True}


@pytest.mark.parametrize(
    ("setting", "told"), [("n_trees=3", "NODE.PARAMETER=VALUE"), ("train.n_trees", "NODE"), ("tree.n_trees=3", "train")]
)
def test_a_setting_without_a_node_says_what_is_wrong(setting: str, told: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        templates.adjust({"nodes": [{"id": "train", "params": {}}]}, [setting])
    assert told in f"{caught.value} {caught.value.hint}"
