"""What is special to vert_poisson: two to four members, starts, counts of any size, and labels that will not do."""

import dataclasses

import numpy as np
import pytest

from kernel.components.predict import COMPONENT as PREDICT
from kernel.components.vert_poisson import COMPONENT
from kernel.components.vert_poisson.reference import solve
from kernel.components.vert_poisson.tests.example import EXAMPLE, FEATURES, L2, LABEL, MEMBERS, TABLES
from kernel.core import Model
from kernel.core.errors import BadLabel, BadParameters, NotConverged
from kernel.crypto.fixed_point import dump_ring, load_ring
from kernel.ml.quasi_newton import QuasiNewton
from kernel.protocol.linear import descent, rates, scales
from kernel.testing import run_parties
from kernel.testing.conformance.example import aligned
from kernel.testing.parties import MemoryCheckpoint

TOY = EXAMPLE.component


def _inputs(tables, label=None):
    first, *others = tables
    columns = dict(tables[first].columns) | ({} if label is None else {"y": list(label)})
    return {first: {"train": dataclasses.replace(tables[first], columns=columns)}} | {
        member: {"train": tables[member]} for member in others
    }


def _found(run, members=MEMBERS):
    models = [run[member].outputs["model"].content for member in members]
    return np.concatenate([model["weights"] for model in models]), models[0]["intercept"]


@pytest.mark.parametrize(("widths", "level"), [((2, 3), -3.0), ((2, 3), 5.0), ((2, 1, 1, 1), 0.0)])
def test_two_and_four_members_reach_the_optimum_for_rare_and_for_many_events(widths, level, monkeypatch):
    monkeypatch.setattr(rates, "ROWS", 45)  # several messages for each
    tables = aligned(100, widths)
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    label = np.random.default_rng(3).poisson(np.exp(features @ [0.6, -0.4, 0.3, 0.2, -0.1] + level))
    run = run_parties(TOY, _inputs(tables, label.tolist()), {"l2": 0.01})
    weights, intercept = solve(features, label, 0.01)
    found, offset = _found(run, list(tables))
    assert np.max(np.abs(found - weights)) < 2e-3
    assert abs(offset - intercept) < 2e-3


def test_a_start_near_the_optimum_saves_steps_and_is_scored_as_rates():
    whole = run_parties(TOY, _inputs(TABLES), {"l2": L2})
    models = {member: whole[member].outputs["model"] for member in MEMBERS}
    inputs = {member: {**ports, "start": models[member]} for member, ports in _inputs(TABLES).items()}
    again = run_parties(TOY, inputs, {"l2": L2})
    assert np.max(np.abs(_found(again)[0] - _found(whole)[0])) < 1e-3
    tried = [sum(key.message == "total_masked_to_promoter" for key, _ in run.transcript) for run in (whole, again)]
    assert tried[1] < tried[0] / 2
    ports = {member: {"table": TABLES[member], "model": models[member]} for member in MEMBERS}
    predicted = run_parties(PREDICT, ports, {})["bank"].outputs["prediction"]
    weights, intercept = _found(whole)
    assert np.allclose(predicted.blocks(["prediction"]).collect()[:, 0], np.exp(FEATURES @ weights + intercept), 1e-5)


@pytest.mark.parametrize("label", [[0] * 40, [0.5] * 40, [-1, *[1] * 39], [None, *[1] * 39]])
def test_labels_that_are_no_counts_are_named(label):
    run = run_parties(TOY, _inputs(TABLES, label), {}, check=False)
    assert isinstance(run["bank"].error, BadLabel)
    assert all(result.error is not None for result in run.results.values())


@pytest.mark.parametrize(
    ("start", "wanted"),
    [(Model("vert_lr", {}), "kind vert_lr"), (None, "start")],
)
def test_starts_that_do_not_fit_are_named(start, wanted):
    inputs = _inputs(TABLES)
    own = {"role": "promoter", "members": MEMBERS, "training": "ab" * 16, "columns": ["bank_0", "bank_1"]}
    inputs["bank"]["start"] = start or Model(
        "vert_poisson", own | {"weights": [0.0, 0.0], "pipeline": [], "intercept": 0.0}
    )
    run = run_parties(TOY, inputs, {}, check=False)
    assert wanted in str(run["bank"].error) + str(run["bureau"].error)


def test_five_members_are_told_before_anything_is_sent():
    tables = aligned(20, (1, 1, 1, 1))
    inputs = {member: {"train": table} for member, table in tables.items()} | {"fifth": {"train": tables["shop"]}}
    run = run_parties(TOY, inputs, {}, check=False)
    assert all(isinstance(result.error, BadParameters) for result in run.results.values())
    assert all(key.message.startswith("agreement") for key, _ in run.transcript)


@pytest.mark.parametrize("longer", [1, 16, 64])
def test_a_step_far_beyond_any_rate_is_refused_and_halved(longer, monkeypatch):
    """One row with a column of 2,000 and a label of 60: longer first steps would take it beyond e^100."""
    monkeypatch.setattr(descent, "QuasiNewton", lambda first: QuasiNewton(longer * first))
    columns = dict(TABLES["bureau"].columns)
    columns["bureau_0"] = [2000.0, *[0.01 * (row % 2) for row in range(39)]]
    tables = {"bank": TABLES["bank"], "bureau": dataclasses.replace(TABLES["bureau"], columns=columns)}
    label, features = LABEL + 60 * (np.arange(40) == 0), FEATURES[:, :4].copy()
    features[:, 2] = columns["bureau_0"]
    run = run_parties(TOY, _inputs(tables, label.tolist()), {"l2": 0.01, "steps": 30})
    refused = [p for key, p in run.transcript if key.message == "verdict_to_provider" and key.step.startswith("step")]
    assert b"\0" in refused
    weights, _ = solve(features, label, 0.01)
    assert np.max(np.abs((_found(run, list(tables))[0] - weights) * features.std(axis=0))) < 0.02


@pytest.mark.parametrize("widths", [(2, 2), (1, 1, 1), (1, 1, 1, 1)])
def test_counts_that_are_all_the_same_have_their_level_and_nothing_else(widths):
    run = run_parties(TOY, _inputs(aligned(20, widths), [1.0] * 20), {"l2": 0.01})
    weights, intercept = _found(run, list(aligned(20, widths)))
    assert np.max(np.abs(weights)) < 1e-3
    assert abs(intercept) < 1e-3


def test_counts_of_a_million_are_as_exact_as_few():
    tables = aligned(60, (2, 2))
    label = np.random.default_rng(5).poisson(1e6, 60)
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    weights, intercept = solve(features, label.astype(float), 0.01)
    found, offset = _found(run_parties(TOY, _inputs(tables, label.tolist()), {"l2": 0.01}), list(tables))
    assert np.max(np.abs(found - weights)) < 1e-3
    assert abs(offset - intercept) < 5e-4


def _two():
    tables = {member: TABLES[member] for member in MEMBERS[:2]}
    return _inputs(tables, LABEL.tolist())


def test_a_fall_beyond_what_the_slope_promises_is_refused():
    """A rate that wraps to nothing leaves the objective above what the counts allow."""
    less = round(0.3 * 40 * 2.0 ** (scales.LEAST_EXPONENT + 2 * scales.frac_rate(2)))

    def alter(key, payload):
        if (key.message, key.step) != ("total_masked_to_promoter", "1"):
            return payload
        return scales.RATES.dump([scales.RATES.load(payload, 1)[0] - less])

    run = run_parties(TOY, _two(), {"l2": L2}, alter=alter)
    verdicts = {key.step: payload for key, payload in run.transcript if key.message == "verdict_to_provider"}
    assert (verdicts["step 0"], verdicts["step 1"], verdicts["step 2"]) == (b"\1", b"\0", b"\1")


def test_a_gradient_that_wrapped_is_no_end():
    def alter(key, payload):
        if (key.message, key.step) != ("objective_share_to_promoter", "2 slope"):
            return payload
        first, *others = load_ring(payload, scales.RING)
        return dump_ring([first - (1 << (scales.FRAC_OBJECTIVE + 4)), *others], scales.RING)

    run = run_parties(TOY, _two(), {"l2": L2}, alter=alter, check=False)
    assert isinstance(run["bank"].error, NotConverged)


def test_what_was_over_when_it_was_interrupted_is_not_tried_again():
    kept = {member: MemoryCheckpoint() for member in MEMBERS[:2]}
    whole = run_parties(TOY, _two(), {"l2": L2}, checkpoints=kept)
    again = run_parties(TOY, _two(), {"l2": L2}, checkpoints=kept, attempt=2)
    assert not any(key.message.startswith("total_masked") for key, _ in again.transcript)
    assert _found(again, MEMBERS[:2])[0] == pytest.approx(_found(whole, MEMBERS[:2])[0], abs=1e-8)


def test_keys_of_full_length_have_several_rows_in_a_ciphertext():
    """Toy keys have room for one: three rates a ciphertext and three residuals are seen here only."""
    assert scales.rate_slots(2048).count == scales.residual_slots(2048, scales.RATES).count == 3
    weights, intercept = solve(FEATURES[:, :4], LABEL, L2)
    found, offset = _found(run_parties(COMPONENT, _two(), {"l2": L2}), MEMBERS[:2])
    assert np.max(np.abs(found - weights)) < 1e-3
    assert abs(offset - intercept) < 1e-3
