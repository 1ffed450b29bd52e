"""A label of several classes, each against the rest or all at once; and training that goes on from an earlier model."""

import numpy as np
import pytest

from kernel.components.vert_glm_open_score import COMPONENT
from kernel.components.vert_glm_open_score.reference import fit_classes
from kernel.components.vert_glm_open_score.tests.example import BITS, FEATURES, LABEL, MEMBERS, TABLES
from kernel.core import Model
from kernel.core.errors import BadParameters
from kernel.core.registry import components
from kernel.ml.glm import FAMILIES
from kernel.ml.scoring.outcome import one_vs_rest, softmax
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import run_parties
from kernel.testing.vehicles import vehicles

TOY = with_toy_keys(COMPONENT, BITS)
L2, EPOCHS = 0.1, 27


@pytest.mark.parametrize(("multi_class", "chances"), [("softmax", softmax), ("one_vs_rest", one_vs_rest)])
def test_four_kinds_of_vehicles(multi_class, chances):
    tables, features, label = vehicles(every=3, text="kind ")
    params = {"multi_class": multi_class, "l2": L2, "coupling": 0.05, "epochs": EPOCHS, "tolerance": 0.0}
    run = run_parties(TOY, {member: {"train": table} for member, table in tables.items()}, params)
    models = {member: run[member].outputs["model"] for member in tables}
    bank, bureau = (models[member].content for member in tables)
    wanted = fit_classes(features, label, multi_class, L2)
    assert np.max(np.abs(np.vstack([bank["weights"], bureau["weights"]]) - wanted[:-1])) < 1e-3
    assert np.max(np.abs(np.array(bank["intercept"]) - wanted[-1])) < 1e-3
    assert bank["classes"] == ["kind 0", "kind 1", "kind 2", "kind 3"]
    assert not {"classes", "objective", "intercept", "label"} & bureau.keys(), "what the classes are is the promoter's"

    scored = run_parties(components()["predict"], {m: {"table": tables[m], "model": models[m]} for m in tables})
    shown = scored["bank"].outputs["prediction"].collect()
    told = np.array([shown.column(f"probability=kind {name}").to_pylist() for name in range(4)]).T
    assert np.max(np.abs(told - chances(features @ wanted[:-1] + wanted[-1]))) < 1e-3
    right = [
        f"kind {value:g}" == name for value, name in zip(label, shown.column("prediction").to_pylist(), strict=True)
    ]
    assert np.mean(right) > 0.7


def test_a_start_is_gone_on_from():
    params = {"optimizer": "sgd", "learning_rate": 0.5, "tolerance": 0.0}
    inputs = {member: {"train": table} for member, table in TABLES.items()}
    first = run_parties(TOY, inputs, {**params, "epochs": 4})
    again = {member: {**ports, "start": first[member].outputs["model"]} for member, ports in inputs.items()}
    second = run_parties(TOY, again, {**params, "epochs": 3})
    whole = run_parties(TOY, inputs, {**params, "epochs": 7})
    for member in MEMBERS:
        got, wanted = (run[member].outputs["model"].content for run in (second, whole))
        assert np.allclose(got["weights"], wanted["weights"], atol=1e-6)
        assert second[member].metrics["warm_start"] == 1
        assert whole[member].metrics["warm_start"] == 0
    models = [first[member].outputs["model"].content for member in MEMBERS]
    score = FEATURES @ np.concatenate([model["weights"] for model in models]) + models[0]["intercept"]
    told = second["bank"].blocks[-1][2]["series"][0]["values"][0]
    assert told == pytest.approx(float(np.mean(FAMILIES["binary"].loss(score, LABEL))), abs=1e-6)


def test_a_start_at_some_members_or_of_other_columns_is_refused():
    inputs = {member: {"train": table} for member, table in TABLES.items()}
    run = run_parties(TOY, inputs, {"epochs": 1})
    bank = run["bank"].outputs["model"]
    some = run_parties(TOY, {**inputs, "bank": {**inputs["bank"], "start": bank}}, {"epochs": 1}, check=False)
    assert "some members only" in str(some["bank"].error)
    other = Model(bank.kind, {**bank.content, "columns": ["x", "y"]})
    strange = run_parties(TOY, {**inputs, "bank": {**inputs["bank"], "start": other}}, {"epochs": 1}, check=False)
    assert isinstance(strange["bank"].error, BadParameters)
    assert "its columns are others" in strange["bank"].error.detail
    assert "bank_0" not in strange["bank"].error.public_detail


def test_several_classes_of_a_number_are_refused():
    inputs = {member: {"train": table} for member, table in TABLES.items()}
    run = run_parties(TOY, inputs, {"family": "squared", "multi_class": "softmax"}, check=False)
    assert all(isinstance(run[member].error, BadParameters) for member in MEMBERS)
