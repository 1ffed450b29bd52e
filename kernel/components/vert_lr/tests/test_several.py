"""Several classes: against the pooled optimum of each on real data, scoring, the steps with the sigmoid, bad labels."""

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from sklearn.metrics import roc_auc_score

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import one_vs_rest, refine, solve
from kernel.components.vert_lr.tests.example import CLASSES, FEATURES, L2, MEMBERS, SEVERAL, SEVERAL_TABLES
from kernel.core.errors import BadLabel, BadPayload, PeerGone
from kernel.core.registry import components
from kernel.testing import run_parties
from kernel.testing.channel import Hub
from kernel.testing.conformance.checks import bytes_equal_cost, resume_gives_the_same_model
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Sample

TOY = with_toy_keys(COMPONENT, 512)
DATA = Path(__file__).parent / "data"


def _vehicles():
    """Tables by member, pooled features and the label."""
    tables = {}
    for member, name in (("bank", "promoter"), ("bureau", "provider")):
        read = pyarrow.csv.read_csv(DATA / f"vehicle_{name}.csv").to_pydict()
        ids = [str(number) for number in read.pop("id")]
        columns = {name if name == "y" else f"{member}_{name}": values for name, values in read.items()}
        tables[member] = Sample({"id": ids, **columns}, "id", "y" if "y" in columns else "")
    features = [cells for table in tables.values() for name, cells in table.columns.items() if name not in {"id", "y"}]
    return tables, np.array(features).T, np.array(tables["bank"].columns["y"])


def test_vehicles_reach_the_pooled_optimum_of_each_class():
    tables, features, label = _vehicles()
    inputs = {member: {"train": table} for member, table in tables.items()}
    run = run_parties(TOY, inputs, {"l2": 0.01, "multi_class": "one_vs_rest"})
    models = {member: run[member].outputs["model"] for member in tables}
    content = models["bank"].content
    found = np.concatenate([model.content["weights"] for model in models.values()])
    weights, intercept = one_vs_rest(features, label, 0.01)
    assert content["classes"] == [0, 1, 2, 3]
    assert np.max(np.abs(found - weights)) < 1e-3
    assert np.max(np.abs(np.array(content["intercept"]) - intercept)) < 1e-3
    scores = features @ found + content["intercept"]
    for place, name in enumerate(content["classes"]):
        pooled = roc_auc_score(label == name, features @ weights[:, place] + intercept[place])
        assert abs(roc_auc_score(label == name, scores[:, place]) - pooled) < 1e-4
        assert pooled > 0.7
    ports = {member: {"table": tables[member], "model": models[member]} for member in tables}
    table = run_parties(components()["predict"], ports)["bank"].outputs["prediction"].collect()
    chances = 1 / (1 + np.exp(-scores))
    chances /= chances.sum(axis=1, keepdims=True)
    told = np.array([table.column(f"probability={name}") for name in content["classes"]]).T
    assert np.max(np.abs(told - chances)) < 1e-6
    assert table.column("prediction").to_pylist() == np.array(content["classes"])[chances.argmax(axis=1)].tolist()
    assert np.mean(np.array(table.column("prediction")) == label) > 0.7


STEPS = 2


def _steps_agree(run):
    models = [run[member].outputs["model"].content for member in MEMBERS]
    found = np.concatenate([model["weights"] for model in models])
    for place, name in enumerate(models[0]["classes"]):
        label = (name == CLASSES).astype(float)
        weights, intercept = refine(FEATURES, label, L2, *solve(FEATURES, label, L2), STEPS)
        assert np.max(np.abs(found[:, place] - weights)) < 5e-3
        assert abs(models[0]["intercept"][place] - intercept) < 5e-3


WITH_SINES = dataclasses.replace(
    SEVERAL,
    params={**SEVERAL.params, "iterations": 13, "sigmoid": "sine", "refinements": STEPS},
    agrees=_steps_agree,
    sizes=SEVERAL.sizes
    | {"n_steps": 13 * 3 * (1 + STEPS), "n_rounds": 13 * (1 + 3 * STEPS), "n_refinements": 3 * STEPS}
    | {"n_penalty_ct": 2},
    resume_tolerance=5e-3,
)


def test_the_steps_with_the_sigmoid_are_taken_for_one_class_after_another():
    run = run_parties(TOY, WITH_SINES.inputs, WITH_SINES.params)
    _steps_agree(run)
    titles = [title for _, title in run["bank"].progress if "sigmoid" in title]
    assert titles == [f"step {number} of 6 with the sigmoid" for number in range(1, 7)]


@pytest.mark.parametrize("check", [bytes_equal_cost, resume_gives_the_same_model], ids=lambda check: check.__name__)
def test_what_holds_for_two_classes_with_sines_holds_for_several(check):
    check(WITH_SINES)


def test_a_provider_learns_the_number_of_classes_and_no_name():
    run = run_parties(TOY, SEVERAL.inputs, SEVERAL.params)
    for member in MEMBERS[1:]:
        (block,) = run[member].blocks
        assert {row[1] for row in block[2]["rows"]} == {"1", "2", "3"}
    assert {row[1] for row in run["bank"].blocks[1][2]["rows"]} == {"high", "low", "middle"}
    received = b"".join(payload for key, payload in run.transcript if key.sender == "bank")
    assert not any(name.encode() in received for name in ("high", "middle"))


def _with_label(label, n_rows=40):
    tables = aligned(n_rows)
    bank = tables["bank"]
    return tables | {"bank": dataclasses.replace(bank, columns={**bank.columns, "y": label})}


@pytest.mark.parametrize(
    "label",
    [["one"] * 40, [*range(39), None], [f"class {row}" for row in range(101)], ["a", "b", None, *"abcd"] * 10],
    ids=["one class", "a missing number", "more than a hundred", "a missing text"],
)
def test_unusable_labels_are_named(label):
    tables = _with_label(label[: len(label) if len(label) > 70 else 40], 101 if len(label) > 70 else 40)
    inputs = {member: {"train": table} for member, table in tables.items()}
    run = run_parties(TOY, inputs, {"multi_class": "one_vs_rest"}, check=False)
    assert isinstance(run["bank"].error, BadLabel)


def test_numbers_of_classes_that_the_parameters_do_not_allow_are_refused(monkeypatch):
    inputs = {member: {"train": table} for member, table in SEVERAL_TABLES.items()}
    sent = Hub.send

    def as_one(hub, key, payload):
        if key.message == "setup_to_provider":
            payload = payload.replace(b"\0\0\0\3" * 2, b"\0\0\0\3\0\0\0\1")
        sent(hub, key, payload)

    monkeypatch.setattr(Hub, "send", as_one)
    run = run_parties(TOY, inputs, {"multi_class": "one_vs_rest"}, check=False)
    assert all(isinstance(run[member].error, BadPayload) for member in MEMBERS[1:])
    assert all(run[member].error.party == "bank" for member in MEMBERS[1:])
    assert isinstance(run["bank"].error, PeerGone)
