"""Objectives, ways down and weights against the pooled optimum; starts; and what is refused."""

import csv
import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score

import deploy.demo
from kernel.components.vert_glm_coordinated import COMPONENT
from kernel.components.vert_glm_coordinated.arbiter import Plan
from kernel.components.vert_glm_coordinated.reference import fit
from kernel.components.vert_glm_coordinated.tests.example import (
    ARBITER,
    BITS,
    FEATURES,
    LABEL,
    MEMBERS,
    ROW_WEIGHTS,
    TABLES,
    inputs,
    weighted,
)
from kernel.core import Model
from kernel.core.errors import BadLabel, BadParameters, BadPayload, NotConverged, OutOfRange
from kernel.ml.glm import FAMILIES, LINEAR_FAMILIES, optimum
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Sample, run_parties

TOY = with_toy_keys(COMPONENT, BITS)
L2 = 0.05
ADAM = {"optimizer": "adam", "learning_rate": 0.1, "epochs": 80, "tolerance": 0.0}
NUMBERS = (FEATURES.sum(axis=1) + np.random.default_rng(2).normal(size=len(LABEL))).tolist()


def _with_label(label, tables=TABLES):
    bank = tables["bank"]
    return {**tables, "bank": Sample({**bank.columns, "y": list(label)}, bank.id_column, bank.label_column)}


def _weights(run, members=MEMBERS):
    models = [run[member].outputs["model"].content for member in members]
    return np.append(np.concatenate([model["weights"] for model in models]), models[0]["intercept"])


def _train(tables, own=None, **params):
    return _weights(run_parties(TOY, inputs(tables), {"l2": L2, "tolerance": 0.0, **params}, own))


def _optimum(label, family="binary", weights=None):
    return np.append(*fit(FEATURES, np.asarray(label, dtype=float), family, L2, weights))


def _cut(features, label, width):
    """Two members' tables of standardised columns: the last `width` columns are the provider's."""
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    ids, first = [f"row-{row}" for row in range(len(label))], features.shape[1] - width
    own = {f"a{index}": column.tolist() for index, column in enumerate(features[:, :first].T)}
    theirs = {f"b{index}": column.tolist() for index, column in enumerate(features[:, first:].T)}
    bank = Sample({"id": ids, **own, "y": label.astype(int).tolist()}, "id", "y")
    return {"bank": bank, "bureau": Sample({"id": ids, **theirs}, "id")}, features


def _clients(n_rows):
    """Rows of the demo's credit clients, by their ids' order."""
    with (Path(deploy.demo.__file__).parent / "data/default_of_credit_card_clients.csv").open() as file:
        rows = [[float(cell) for cell in row[1:]] for row in itertools.islice(csv.reader(file), 1, n_rows + 1)]
    return np.array(rows)[:, :-1], np.array(rows)[:, -1]


@pytest.mark.parametrize(
    ("data", "width", "l2", "epochs", "coupling"),
    [
        (lambda: load_breast_cancer(return_X_y=True), 20, 0.05, 32, 0.03),
        (lambda: _clients(1000), 10, 0.01, 32, 0.03),
    ],
    ids=["breast cancer", "credit clients"],
)
def test_real_data_reach_the_pooled_optimum(data, width, l2, epochs, coupling):
    tables, features = _cut(*data(), width)
    label = np.array(tables["bank"].columns["y"], dtype=float)
    params = {"l2": l2, "epochs": epochs, "coupling": coupling, "tolerance": 0.0}
    got = _weights(run_parties(TOY, inputs(tables), params), ["bank", "bureau"])
    weights, intercept = fit(features, label, "binary", l2)
    assert np.max(np.abs(got - np.append(weights, intercept))) < 1e-3
    ours, pooled = (roc_auc_score(label, features @ one) for one in (got[:-1], weights))
    assert abs(ours - pooled) < 1e-4
    exact = optimum(FAMILIES["binary"], features, label[:, None], l2)[:-1, 0]
    assert abs(ours - roc_auc_score(label, features @ exact)) < 0.01, "the quadratic loss ranks nearly as the log loss"


def test_newton_does_for_numbers():
    got = _train(_with_label(NUMBERS), family="squared", epochs=30, coupling=0.1)
    assert np.max(np.abs(got - _optimum(NUMBERS, "squared"))) < 1e-3


@pytest.mark.parametrize(("family", "label"), [("binary", LABEL), ("squared", NUMBERS)])
def test_adam_does_for_both(family, label):
    got = _train(_with_label(label), family=family, **ADAM)
    assert np.max(np.abs(got - _optimum(label, family))) < 2e-2


def test_rows_have_weights_and_classes_can_be_balanced():
    own = {"bank": {"weight": "weight", "balance": True}}
    got = _train(weighted(), own, **ADAM)
    share = ROW_WEIGHTS @ LABEL / ROW_WEIGHTS.sum()
    balanced = ROW_WEIGHTS * np.where(LABEL > 0, 0.5 / share, 0.5 / (1 - share))
    assert np.max(np.abs(got - _optimum(LABEL, weights=balanced))) < 2e-2
    assert np.max(np.abs(got - _optimum(LABEL))) > 5e-2


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.5), ("momentum", 0.1)])
def test_batches_get_near_the_optimum(optimizer, rate):
    tables = {member: _repeated(table, 2) for member, table in TABLES.items()}
    options = {"optimizer": optimizer, "learning_rate": rate, "batch_rows": 110, "epochs": 15}
    assert np.max(np.abs(_train(tables, **options) - _optimum(LABEL))) < 0.15


def _repeated(table, times):
    columns = {name: list(cells) * times for name, cells in table.columns.items()}
    columns[table.id_column] = [f"{value}-{n // len(LABEL)}" for n, value in enumerate(columns[table.id_column])]
    return Sample(columns, table.id_column, table.label_column)


def test_l1_leaves_columns_out():
    options = {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 20}
    strong, weak = (_train(TABLES, l1=l1, **options)[:-1] for l1 in (0.3, 0.0))
    assert np.all(strong == 0)
    assert np.all(np.abs(weak) > 1e-2)


def test_it_stops_when_nothing_is_gained():
    run = run_parties(TOY, inputs(_with_label(NUMBERS)), {"family": "squared", "l2": L2, "tolerance": 1e-3})
    assert 4 < run["bank"].metrics["epochs"] < 40


@pytest.mark.parametrize("family", ["binary", "squared"])
@pytest.mark.parametrize("weights", [False, True])
def test_a_start_is_gone_on_from_and_the_loss_is_the_pooled_one(family, weights):
    """The loss that is told before the first step is that of the start, though nobody has all weights."""
    label = LABEL if family == "binary" else np.array(NUMBERS)
    tables = _with_label(label.tolist(), weighted() if weights else TABLES)
    own = {"bank": {"weight": "weight"}} if weights else None
    params = {"family": family, "l2": L2, "tolerance": 0.0, "optimizer": "sgd"}
    first = run_parties(TOY, inputs(tables), {**params, "epochs": 5}, own)
    again = inputs(tables)
    for member in MEMBERS:
        again[member]["start"] = first[member].outputs["model"]
    second = run_parties(TOY, again, {**params, "epochs": 2}, own)
    start = _weights(first)
    score = FEATURES @ start[:-1] + start[-1]
    losses = LINEAR_FAMILIES[family].loss(score[:, None], label[:, None])[:, 0]
    told = second["bank"].blocks[-1][2]["series"][0]["values"]
    assert told[0] == pytest.approx(np.average(losses, weights=ROW_WEIGHTS if weights else None), abs=2e-6)
    assert [second[member].metrics["warm_start"] for member in MEMBERS] == [1.0] * 3
    assert np.max(np.abs(_weights(second) - start)) < 0.5
    assert told[1] < told[0]


def _starting(change, members=MEMBERS):
    """Inputs with starts that a function spoils."""
    given = inputs(TABLES)
    run = run_parties(TOY, given, {"l2": L2, "epochs": 1})
    for member in members:
        model = run[member].outputs["model"]
        given[member]["start"] = change(model)
    return given


def _saying(model, **words):
    return Model(model.kind, {**model.content, **words})


@pytest.mark.parametrize(
    ("change", "members", "told"),
    [
        (lambda model: model, MEMBERS[:2], "at some members only"),
        (lambda model: Model("standardise", model.content), MEMBERS, "no model of"),
        (lambda model: _saying(model, columns=model.content["columns"][::-1]), MEMBERS, "order"),
        (lambda model: _saying(model, members=["shop"]), MEMBERS, "other members"),
        (lambda model: _saying(model, objective="squared"), MEMBERS, "another objective"),
    ],
)
def test_a_start_that_does_not_fit_is_refused_by_name(change, members, told):
    run = run_parties(TOY, _starting(change, members), {"l2": L2, "epochs": 1}, check=False)
    errors = [result.error for result in run.results.values() if isinstance(result.error, BadParameters)]
    assert errors
    assert any(told in error.detail for error in errors), errors
    assert all(error.public_detail.startswith("start: ") for error in errors)
    assert not any("bureau_" in error.public_detail for error in errors)


@pytest.mark.parametrize(
    ("params", "own", "error", "told"),
    [
        ({"family": "poisson"}, {}, BadParameters, "family"),
        ({"batch_rows": 60, "optimizer": "adam"}, {}, BadParameters, "100 are needed"),
        ({"l1": 0.1}, {}, BadParameters, "l1: newton"),
        ({"family": "squared", "multi_class": "one_vs_rest"}, {}, BadParameters, "has no classes"),
        ({}, {"bureau": {"balance": True}}, BadParameters, "only the promoter"),
        ({}, {ARBITER: {"columns": ["x"]}}, BadParameters, "the arbiter has no data"),
        ({}, {"bank": {"balance": True}}, BadParameters, "one weight"),
        ({"family": "squared", "optimizer": "adam"}, {"bank": {"balance": True}}, BadLabel, "two classes"),
        ({"optimizer": "sgd", "learning_rate": 10.0, "family": "squared"}, {}, NotConverged, "its range"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(params, own, error, told):
    tables = _with_label((LABEL + (np.arange(len(LABEL)) == 0) * (params.get("family") == "squared")).tolist())
    run = run_parties(TOY, inputs(tables), {"l2": L2, "epochs": 30, "tolerance": 0.0} | params, own, check=False)
    found = [result.error for result in run.results.values() if isinstance(result.error, error)]
    assert any(told in str(one) for one in found)


def test_an_enormous_label_is_refused_and_not_wrapped():
    run = run_parties(TOY, inputs(_with_label([1e6, *NUMBERS[1:]])), {"family": "squared"}, check=False)
    assert isinstance(run["bank"].error, OutOfRange)


def test_a_promoter_column_of_few_rows_is_refused_too():
    bank = TABLES["bank"]
    thin = Sample({**bank.columns, "rare": [1.0] * 19 + [0.0] * 101}, bank.id_column, bank.label_column)
    run = run_parties(TOY, inputs({**TABLES, "bank": thin}), check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert "rare" in run["bank"].error.detail
    assert "rare" not in run["bank"].error.public_detail


def _heavy(rows, light, **more):
    """The promoter's table with weight on some rows, and `light` on all others."""
    bank = TABLES["bank"]
    weights = np.full(len(LABEL), light)
    weights[rows] = 1.0
    columns = {**bank.columns, "weight": weights.tolist(), **more}
    return inputs({**TABLES, "bank": Sample(columns, bank.id_column, bank.label_column)})


@pytest.mark.parametrize(("light", "told"), [(0.0, "fewer than 20 rows"), (0.05, "100 are needed")])
def test_row_weights_do_not_get_round_the_least_number_of_rows(light, told):
    """Else a promoter would read each provider's part of the scores of the few rows that count, at every step."""
    run = run_parties(TOY, _heavy(slice(0, 3), light), ADAM, {"bank": {"weight": "weight"}}, check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert told in run["bank"].error.detail
    assert not [key for key, _ in run.transcript if key.message in {"scores_ct", "residuals_ct"}]


def test_row_weights_do_not_get_round_the_least_number_of_rows_of_a_column():
    rare = [1.0] * 25 + [0.0] * 95  # six of which count: the first six's sum of residuals would be known
    own = {"bank": {"weight": "weight"}}
    run = run_parties(TOY, _heavy([*range(6), *range(25, 120)], 1e-3, rare=rare), ADAM, own, check=False)
    assert isinstance(run["bank"].error, BadParameters)
    assert "rare" in run["bank"].error.detail


def test_two_keys_of_an_arbiter_are_noticed():
    """An arbiter that gives each owner another key could tell their ciphertexts apart."""
    other = {}

    def alter(key, payload):
        if key.message == "key_to_promoter":
            other["key"] = payload
        return other["key"][:-1] + bytes([other["key"][-1] ^ 1]) if key.message == "key_to_provider" else payload

    run = run_parties(TOY, inputs(TABLES), {"l2": L2}, alter=alter, check=False)
    assert isinstance(run["bank"].error, BadPayload)
    assert run["bank"].error.party in MEMBERS[1:]


@pytest.mark.parametrize("message", ["verdict", "verdict_to_arbiter"])
def test_a_promoter_that_never_ends_is_blamed(message):
    """An owner would be asked for ever more sums, and the arbiter for ever more decryptions."""

    def alter(key, payload):
        return b"\1" if key.message == message and key.step == "2" else payload

    params = {"l2": L2, "epochs": 2, "tolerance": 0.0}
    run = run_parties(TOY, inputs(TABLES), params, alter=alter, check=False)
    blamed = [run[member].error for member in ([ARBITER] if message != "verdict" else MEMBERS[1:])]
    assert all(isinstance(error, BadPayload) for error in blamed)
    assert {error.party for error in blamed} == {"bank"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"epoch": 3}, "out of range"),
        ({"n_batches": 0}, "out of range"),
        ({"n_outputs": 101}, "out of range"),
        ({"n_columns": (3, 0)}, "out of range"),
        ({"n_columns": (3, 1 << 17)}, "out of range"),
        ({"n_columns": (3, 2, 1)}, "malformed"),
    ],
)
def test_the_arbiter_checks_what_it_is_told(change, told):
    plan = Plan(epoch=1, n_batches=2, n_outputs=3, single=True, n_columns=(3, 2))
    assert Plan.loads(plan.dumps(), 2, 2) == plan
    with pytest.raises(BadPayload, match=told):
        Plan.loads(dataclasses.replace(plan, **change).dumps(), 2, 2)
