"""A label of several classes: one quadratic model for each against the rest, trained, stored and scored jointly."""

import numpy as np
import pytest

from kernel.components.vert_glm_coordinated import COMPONENT
from kernel.components.vert_glm_coordinated.reference import fit_classes
from kernel.components.vert_glm_coordinated.tests.example import BITS, LABEL, TABLES, inputs
from kernel.core.errors import BadLabel
from kernel.core.registry import components
from kernel.ml.logistic import sigmoid
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Sample, run_parties
from kernel.testing.vehicles import vehicles

TOY = with_toy_keys(COMPONENT, BITS)
L2, EPOCHS = 0.1, 27
PARAMS = {"multi_class": "one_vs_rest", "l2": L2, "coupling": 0.05, "epochs": EPOCHS, "tolerance": 0.0}


def test_four_kinds_of_vehicles():
    tables, features, label = vehicles(every=3)
    run = run_parties(TOY, inputs(tables), PARAMS)
    models = {member: run[member].outputs["model"] for member in tables}
    bank, bureau = (models[member].content for member in tables)
    wanted = fit_classes(features, label, L2)
    assert np.max(np.abs(np.vstack([bank["weights"], bureau["weights"]]) - wanted[:-1])) < 1e-3
    assert np.max(np.abs(np.array(bank["intercept"]) - wanted[-1])) < 1e-3
    assert bank["classes"] == [0, 1, 2, 3]
    assert bank["objective"] == "one_vs_rest"
    assert not {"classes", "objective", "intercept", "label"} & bureau.keys(), "what the classes are is the promoter's"
    assert run["bank"].blocks[0][2]["columns"] == ["column", "0", "1", "2", "3"]
    assert run["bureau"].blocks[0][2]["columns"][1] == "output 1"
    losses = run["bank"].blocks[-1][2]["series"][0]["values"]
    assert losses[0] == pytest.approx(4 * np.log(2), abs=1e-9)

    scored = run_parties(components()["predict"], {m: {"table": tables[m], "model": models[m]} for m in tables})
    shown = scored["bank"].outputs["prediction"].collect()
    chances = sigmoid(features @ wanted[:-1] + wanted[-1])
    chances = chances / chances.sum(axis=1, keepdims=True)
    told = np.array([shown.column(f"probability={name}").to_pylist() for name in range(4)]).T
    assert np.max(np.abs(told - chances)) < 1e-3
    assert np.mean(np.array(shown.column("prediction").to_pylist()) == label) > 0.7
    shares = [data for key, data in scored.transcript if key.message == "score_share"]
    assert [len(data) for data in shares] == [8 * 4 * len(label)]


def test_two_classes_are_two_mirrored_models_and_weights_count():
    bank = TABLES["bank"]
    text = ["yes" if value else "no" for value in LABEL]
    tables = {**TABLES, "bank": Sample({**bank.columns, "y": text}, bank.id_column, bank.label_column)}
    params = {"multi_class": "one_vs_rest", "optimizer": "sgd", "learning_rate": 0.5, "epochs": 3, "l2": 0.05}
    run = run_parties(TOY, inputs(tables), params, {"bank": {"balance": True}})
    content = run["bank"].outputs["model"].content
    assert content["classes"] == ["no", "yes"]
    weights = np.array(content["weights"])
    assert np.allclose(weights[:, 0], -weights[:, 1], atol=1e-5)
    assert content["intercept"][0] == pytest.approx(-content["intercept"][1], abs=1e-5)


def test_a_label_of_one_class_is_refused():
    bank = TABLES["bank"]
    tables = {**TABLES, "bank": Sample({**bank.columns, "y": ["a"] * 120}, bank.id_column, bank.label_column)}
    run = run_parties(TOY, inputs(tables), {"multi_class": "one_vs_rest"}, check=False)
    assert isinstance(run["bank"].error, BadLabel)
