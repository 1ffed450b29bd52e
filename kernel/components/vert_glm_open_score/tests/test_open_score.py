"""Families, ways down and weights against the pooled optimum; and what is refused."""

import dataclasses

import numpy as np
import pytest

from kernel.components.vert_glm_open_score import COMPONENT
from kernel.components.vert_glm_open_score.reference import fit
from kernel.components.vert_glm_open_score.tests.example import BITS, FEATURES, LABEL, MEMBERS, TABLES
from kernel.core.errors import BadLabel, BadParameters, NotConverged
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Sample, run_parties

TOY = with_toy_keys(COMPONENT, BITS)
L2 = 0.05
ADAM = {"optimizer": "adam", "learning_rate": 0.1, "epochs": 80, "tolerance": 0.0}


def _with_label(label, **columns):
    bank = TABLES["bank"]
    cells = {**bank.columns, "y": list(label), **columns}
    return {**{member: {"train": table} for member, table in TABLES.items()}, "bank": {"train": _sample(bank, cells)}}


def _sample(old, columns):
    return Sample(columns, old.id_column, old.label_column)


def _weights(run):
    models = [run[member].outputs["model"].content for member in MEMBERS]
    return np.append(np.concatenate([model["weights"] for model in models]), models[0]["intercept"])


def _train(inputs, own=None, **params):
    return _weights(run_parties(TOY, inputs, {"l2": L2, **params}, own))


def _optimum(label, family, weights=None):
    slopes, intercept = fit(FEATURES, np.asarray(label, dtype=float), family, L2, weights)
    return np.append(slopes, intercept)


SCORE = FEATURES.sum(axis=1)
LABELS = {
    "squared": (SCORE + np.random.default_rng(2).normal(size=len(SCORE))).tolist(),
    "poisson": np.random.default_rng(3).poisson(np.exp(0.3 * SCORE)).tolist(),
    "binary": LABEL.astype(int).tolist(),
}


@pytest.mark.parametrize("family", ["binary", "squared"])
def test_newton_reaches_the_pooled_optimum(family):
    got = _train(_with_label(LABELS[family]), family=family, epochs=40, coupling=0.05, tolerance=0.0)
    assert np.max(np.abs(got - _optimum(LABELS[family], family))) < 1e-4


@pytest.mark.parametrize("family", ["binary", "squared", "poisson"])
def test_adam_does_for_every_family(family):
    got = _train(_with_label(LABELS[family]), family=family, **ADAM)
    assert np.max(np.abs(got - _optimum(LABELS[family], family))) < 2e-2


def test_rows_have_weights_and_classes_can_be_balanced():
    weights = np.random.default_rng(4).uniform(0.5, 2, len(LABEL))
    own = {"bank": {"weight": "w", "balance": True}}
    got = _train(_with_label(LABELS["binary"], w=weights.tolist()), own, **ADAM)
    share = weights @ LABEL / weights.sum()
    balanced = weights * np.where(LABEL > 0, 0.5 / share, 0.5 / (1 - share))
    assert np.max(np.abs(got - _optimum(LABEL, "binary", balanced))) < 2e-2
    assert np.max(np.abs(got - _optimum(LABEL, "binary"))) > 5e-2


def test_batches_get_near_the_optimum_and_momentum_too():
    tables = {member: {"train": _repeated(table, 4)} for member, table in TABLES.items()}
    for optimizer in ("sgd", "momentum"):
        rate = 0.5 if optimizer == "sgd" else 0.1
        options = {"optimizer": optimizer, "learning_rate": rate, "batch_rows": 120, "epochs": 15, "tolerance": 0.0}
        got = _train(tables, **options)
        assert np.max(np.abs(got - _optimum(LABEL, "binary"))) < 0.15


def _repeated(table, times):
    columns = {name: list(cells) * times for name, cells in table.columns.items()}
    columns[table.id_column] = [f"{value}-{n // len(LABEL)}" for n, value in enumerate(columns[table.id_column])]
    return _sample(table, columns)


def test_l1_leaves_columns_out():
    options = {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 20, "tolerance": 0.0}
    strong, weak = (_train(_with_label(LABELS["binary"]), l1=l1, **options)[:-1] for l1 in (0.3, 0.0))
    assert np.all(np.abs(strong) < 1e-3)
    assert np.all(np.abs(weak) > 1e-2)


def test_it_stops_when_nothing_is_gained():
    run = run_parties(TOY, _with_label(LABELS["squared"]), {"family": "squared", "l2": L2, "tolerance": 1e-3})
    assert 4 < run["bank"].metrics["epochs"] < 40


@pytest.mark.parametrize(
    ("params", "own", "error", "told"),
    [
        ({"batch_rows": 60, "optimizer": "adam"}, {}, BadParameters, "100 are needed"),
        ({"l1": 0.1}, {}, BadParameters, "l1: newton"),
        ({"family": "poisson"}, {}, BadParameters, "no bound"),
        ({"family": "poisson", "optimizer": "adam"}, {}, None, ""),
        ({"batch_rows": 110, "optimizer": "newton"}, {}, BadParameters, "all rows in a step"),
        ({}, {"bureau": {"balance": True}}, BadParameters, "only the promoter"),
        ({}, {"bank": {"balance": True}}, BadParameters, "one weight"),
        ({"family": "squared", "optimizer": "adam"}, {"bank": {"balance": True}}, BadLabel, "two classes"),
        ({"optimizer": "sgd", "learning_rate": 10.0, "family": "squared"}, {}, NotConverged, "its range"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(params, own, error, told):
    options = {"l2": L2, "epochs": 30, "tolerance": 0.0} | params
    run = run_parties(TOY, _with_label(LABELS["binary"]), options, own, check=False)
    found = [result.error for result in run.results.values() if isinstance(result.error, error or BaseException)]
    assert bool(found) == (error is not None)
    assert all(told in str(one) for one in found[:1])


@pytest.mark.parametrize(
    ("family", "label"), [("binary", [0, 2] * 60), ("binary", [1] * 120), ("poisson", [0.5] * 120)]
)
def test_labels_that_the_family_does_not_have_are_refused(family, label):
    options = {"family": family, "optimizer": "adam"}
    run = run_parties(TOY, _with_label(label), options, check=False)
    assert isinstance(run["bank"].error, BadLabel)


def test_a_provider_blames_a_tiny_step_and_not_its_columns():
    run = run_parties(TOY, _with_label(LABELS["binary"]), {"batch_rows": 15, "optimizer": "adam"}, check=False)
    error = run["bureau"].error
    assert isinstance(error, BadParameters)
    assert error.public_detail.startswith("batch_rows: a step of so few rows")
    assert "columns" not in error.public_detail  # how many it has is nobody's but the promoter's
    assert "larger batches" in error.hint


def test_a_column_of_few_rows_is_refused_without_its_name_elsewhere():
    thin = dataclasses.replace(TABLES["bureau"], columns={**TABLES["bureau"].columns, "rare": [1.0] * 19 + [0.0] * 101})
    inputs = {**_with_label(LABELS["binary"]), "bureau": {"train": thin}}
    run = run_parties(TOY, inputs, check=False)
    error = run["bureau"].error
    assert isinstance(error, BadParameters)
    assert "rare" in error.detail
    assert "rare" not in error.public_detail
