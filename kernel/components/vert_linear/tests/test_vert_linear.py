"""What is special to vert_linear: labels of any size, no intercept, and the named failures of unusable labels."""

import dataclasses
import math

import numpy as np
import pytest

from kernel.components.vert_linear import COMPONENT
from kernel.components.vert_linear.reference import ridge
from kernel.components.vert_linear.tests.example import EXAMPLE, FEATURES, L2, LABEL, MEMBERS, SIZES, TABLES
from kernel.core.errors import BadLabel, OutOfRange, TooFewRows
from kernel.protocol.linear import errors
from kernel.testing import run_parties
from kernel.testing.conformance import CHECKS
from kernel.testing.keys import with_toy_keys

TOY = with_toy_keys(COMPONENT, 512)


def _run(label, params, **changes):
    columns = dict(TABLES["bank"].columns) | {"y": label}
    tables = TABLES | {"bank": dataclasses.replace(TABLES["bank"], columns=columns)}
    return run_parties(TOY, {member: {"train": table} for member, table in tables.items()}, params, **changes)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_labels_of_any_unit_reach_the_optimum(unit, intercept):
    run = _run((LABEL * unit).tolist(), {"iterations": 40, "l2": 0.01, "intercept": intercept})
    weights, offset = ridge(FEATURES, LABEL, 0.01, intercept=intercept)
    models = [run[member].outputs["model"].content for member in TABLES]
    mean, scale = models[0]["label_mean"] / unit, models[0]["label_scale"] / unit
    found = np.concatenate([model["weights"] for model in models]) * scale
    assert np.max(np.abs(found - weights)) < 1e-4 * scale
    assert models[0]["intercept"] * scale + mean == pytest.approx(offset, abs=1e-4 * scale)
    left = FEATURES @ weights + offset - LABEL
    assert run["bank"].metrics["rmse"] / unit == pytest.approx(np.sqrt(np.mean(left**2)), rel=1e-3)
    assert ("r2" in run["bank"].metrics) == intercept
    assert not run["bureau"].metrics


@pytest.mark.parametrize(
    "label", [[3.5] * len(LABEL), [str(v) for v in LABEL], [None, *LABEL[1:].tolist()], [float("nan"), *LABEL[1:]]]
)
def test_unusable_labels_are_named(label):
    run = _run(label, {}, check=False)
    assert isinstance(run["bank"].error, BadLabel)
    assert all(result.error is not None for result in run.results.values())


@pytest.mark.parametrize(("unit", "error"), [(1.0, type(None)), (1e5, OutOfRange)])
def test_dependent_columns_are_held_by_the_penalty_or_named(unit, error):
    twin = [value * unit for value in TABLES["bank"].columns["bank_0"]]
    columns = dict(TABLES["bank"].columns) | {"bank_0": twin, "bank_1": twin}
    tables = TABLES | {"bank": dataclasses.replace(TABLES["bank"], columns=columns)}
    inputs = {member: {"train": table} for member, table in tables.items()}
    run = run_parties(TOY, inputs, {"iterations": 3, "l2": 1e-6}, check=False)
    assert type(run["bank"].error) is error


def _errors_agree(run):
    weights, offset = ridge(FEATURES, LABEL, L2)
    n_rows, n_weights = len(LABEL), len(weights) + 1
    model = run["bank"].outputs["model"].content
    mean, scale = model["label_mean"], model["label_scale"]
    left = (FEATURES @ weights + offset - LABEL) / scale
    design = np.hstack([np.ones((n_rows, 1)), FEATURES])
    inverse = np.linalg.inv(design.T @ design / n_rows + np.diag([0.0] + [L2] * len(weights)))
    wanted = np.sqrt(np.mean(left**2) * np.diag(inverse) / (n_rows - n_weights))
    rows = [row for member in MEMBERS for row in run[member].blocks[-1][2]["rows"]]
    assert np.allclose([row[2] for row in rows], wanted, rtol=2e-3)
    z = np.append((offset - mean) / scale, weights / scale) / wanted
    assert np.allclose([row[4] for row in rows], [math.erfc(abs(v) / math.sqrt(2)) for v in z], atol=1e-3)


WITH_ERRORS = dataclasses.replace(
    EXAMPLE,
    params=dict(EXAMPLE.params) | {"standard_errors": True},
    agrees=_errors_agree,
    sizes=SIZES | {"n_errors": 1, "n_steps": 20 + 6 * 13, "n_rounds": 20 + 13},
)


@pytest.mark.parametrize(
    "check",
    [c for c in CHECKS if c.__name__ in {"agrees_with_reference", "bytes_equal_cost", "transcript_equals_manifest"}],
    ids=lambda check: check.__name__,
)
def test_standard_errors_are_those_of_the_pooled_rows(check):
    check(WITH_ERRORS)


def test_columns_are_solved_for_in_groups(monkeypatch):
    monkeypatch.setattr(errors, "_TOGETHER", 4)  # the second provider's columns fall into two
    _errors_agree(run_parties(TOY, EXAMPLE.inputs, dict(WITH_ERRORS.params)))


def test_more_weights_than_rows_have_no_standard_errors():
    tables = {m: dataclasses.replace(t, columns={k: v[:10] for k, v in t.columns.items()}) for m, t in TABLES.items()}
    rng = np.random.default_rng(3)
    wide = dict(tables["retailer"].columns) | {f"more_{i}": rng.normal(size=10).tolist() for i in range(6)}
    tables["retailer"] = dataclasses.replace(tables["retailer"], columns=wide)
    inputs = {member: {"train": table} for member, table in tables.items()}
    run = run_parties(TOY, inputs, {"iterations": 2, "standard_errors": True}, check=False)
    assert all(isinstance(result.error, TooFewRows) for result in run.results.values())
