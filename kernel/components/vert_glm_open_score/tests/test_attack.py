"""The attacks that DISCLOSES tells of, run: what open scores and gradients give away, and what the limits hold back."""

import numpy as np
import pytest

from kernel.components.vert_glm_open_score import COMPONENT
from kernel.components.vert_glm_open_score.spec import GRADIENT, SCORES
from kernel.components.vert_glm_open_score.tests.example import BITS
from kernel.protocol.glm import scales
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Sample, run_parties

TOY = with_toy_keys(COMPONENT, BITS)
WIDTH = 4


def _run(n_rows, **params):
    tables = aligned(n_rows, widths=(2, WIDTH), seed=11)
    run = run_parties(TOY, {member: {"train": table} for member, table in tables.items()}, params)
    features = np.array([tables["bureau"].columns[f"bureau_{index}"] for index in range(WIDTH)]).T
    return run, features, np.array(tables["bank"].columns["y"])


def test_a_curious_promoter_solves_for_a_providers_features():
    """From the scores of a dozen steps and six rows that it knows, of a hundred and twenty."""
    run, features, _ = _run(120, epochs=12, optimizer="adam", tolerance=0.0)
    scores = [np.frombuffer(data, "<i8") * 2.0**-24 for key, data in run.transcript if key.message == SCORES.name]
    seen = np.array(scores).T  # rows × steps: X times the unknown weights of each step
    basis = np.linalg.svd(seen, full_matrices=False)[0][:, :WIDTH]
    known = np.arange(WIDTH + 2)
    turn = np.linalg.lstsq(basis[known], features[known], rcond=None)[0]
    wrong = np.abs(basis @ turn - features)[WIDTH + 2 :]
    assert np.max(wrong) < 1e-2


def _leanings(run, features):
    """Least-norm residuals of a single full step, from the provider's own gradient."""
    first = next(data for key, data in run.transcript if key.message == GRADIENT.answers.name)
    assert len(first) == 16 * WIDTH
    model = run["bureau"].outputs["model"].content["weights"]
    # After one step of plain descent without penalty, weights are the gradient times the rate.
    gradient = -np.array(model) * len(features)
    return np.linalg.lstsq(features.T, gradient, rcond=None)[0]


def test_a_step_of_few_rows_would_give_a_provider_the_labels(monkeypatch):
    monkeypatch.setattr(scales, "FEWEST_ROWS", 1)
    monkeypatch.setattr(scales, "ROWS_PER_COLUMN", 0)
    monkeypatch.setattr(scales, "SUPPORT", 1)
    monkeypatch.setattr("kernel.protocol.linear.look._MIN_ROWS", 1)
    run, features, label = _run(WIDTH, epochs=1, optimizer="sgd", learning_rate=1.0, l2=1e-9)
    assert np.array_equal(_leanings(run, features) < 0, label == 1), "the label of every row"


def test_the_enforced_size_leaves_a_leaning_only():
    run, features, label = _run(400, epochs=1, optimizer="sgd", learning_rate=1.0, l2=1e-9)
    right = np.mean((_leanings(run, features) < 0) == (label == 1))
    base = max(np.mean(label), 1 - np.mean(label))
    assert right < 0.85
    assert right > base, "a correlation with the features stays, and DISCLOSES says so"


@pytest.mark.parametrize("row", [0, 7])
def test_two_columns_that_differ_in_one_row_tell_its_label(row):
    tables = aligned(400, widths=(2, WIDTH), seed=11)
    old, label = tables["bureau"], tables["bank"].columns["y"][row]
    twin = list(old.columns["bureau_0"])
    twin[row] += 1.0
    tables["bureau"] = Sample({**old.columns, "twin": twin}, old.id_column, old.label_column)
    params = {"epochs": 1, "optimizer": "sgd", "learning_rate": 1.0, "l2": 1e-9}
    run = run_parties(TOY, {member: {"train": table} for member, table in tables.items()}, params)
    content = run["bureau"].outputs["model"].content
    weights = dict(zip(content["columns"], content["weights"], strict=True))
    # Before the first step every row's chance is a half.
    assert 400 * (weights["twin"] - weights["bureau_0"]) == pytest.approx(label - 0.5, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_what_the_promoter_decrypts_is_masked(seed):
    """The same gradient under another mask shows nothing of it: both look like any other number."""
    tables = aligned(120, widths=(2, WIDTH), seed=11)
    inputs = {member: {"train": table} for member, table in tables.items()}
    runs = [run_parties(TOY, inputs, {"epochs": 1, "tolerance": 0.0}, seed=seed + 10 * n) for n in range(2)]
    opened = [[data for key, data in run.transcript if key.message == GRADIENT.answers.name] for run in runs]
    weights = [run["bureau"].outputs["model"].content["weights"] for run in runs]
    assert np.allclose(*weights, atol=1e-9)
    assert opened[0] != opened[1]
    sent = [{data for key, data in run.transcript if key.message == GRADIENT.asks.name} for run in runs]
    assert not sent[0] & sent[1]
