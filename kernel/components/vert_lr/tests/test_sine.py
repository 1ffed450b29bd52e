"""The steps with the sigmoid: the checks of every component, two to four members, and what they add to the model."""

import dataclasses

import numpy as np
import pytest

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import refine, solve
from kernel.components.vert_lr.tests.example import EXAMPLE, FEATURES, L2, LABEL, MEMBERS, SIZES
from kernel.core.errors import BadParameters, BadPayload, PeerGone
from kernel.ml.linear import bounded_sigmoid
from kernel.ml.logistic import fit, sigmoid
from kernel.protocol.linear import turns
from kernel.testing import run_parties
from kernel.testing.channel import Hub
from kernel.testing.conformance import CHECKS
from kernel.testing.conformance.example import aligned
from kernel.testing.keys import with_toy_keys

STEPS = 2
TOY = with_toy_keys(COMPONENT, 512)


def _agrees(run):
    weights, intercept = refine(FEATURES, LABEL, L2, *solve(FEATURES, LABEL, L2), STEPS)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    assert np.max(np.abs(np.concatenate([model["weights"] for model in models]) - weights)) < 5e-3
    assert abs(models[0]["intercept"] - intercept) < 5e-3


EXAMPLE_WITH_SINES = dataclasses.replace(
    EXAMPLE,
    params={"l2": L2, "iterations": 13, "sigmoid": "sine", "refinements": STEPS},
    agrees=_agrees,
    sizes=SIZES
    | {"n_steps": 13 * (1 + STEPS), "n_rounds": 13 * (1 + STEPS), "n_refinements": STEPS, "n_penalty_ct": 2},
    resume_tolerance=5e-3,
)
_CHECKED = {
    "agrees_with_reference",
    "transcript_equals_manifest",
    "bytes_equal_cost",
    "canaries_stay_home",
    "dead_peers_end_the_attempt",
    "cancel_is_prompt",
    "resume_gives_the_same_model",
}


@pytest.mark.parametrize("check", [c for c in CHECKS if c.__name__ in _CHECKED], ids=lambda check: check.__name__)
def test_what_holds_for_every_component_holds_with_sines(check):
    check(EXAMPLE_WITH_SINES)


def test_the_sum_of_sines_is_a_bounded_sigmoid():
    z = np.linspace(-11, 11, 1001)
    assert np.max(np.abs(bounded_sigmoid(z) - sigmoid(z))) < 0.008
    wide = bounded_sigmoid(np.linspace(-200, 200, 4001))
    assert wide.min() > -0.01
    assert wide.max() < 1.01


@pytest.mark.parametrize("widths", [(2, 3), (2, 1, 1, 1)])
def test_two_to_four_members_come_close_to_exact_logistic_regression(widths, monkeypatch):
    monkeypatch.setattr(turns, "ROWS", 64)  # several messages for each
    tables = aligned(150, widths)
    inputs = {member: {"train": table} for member, table in tables.items()}
    run = run_parties(TOY, inputs, {"l2": 0.01, "sigmoid": "sine"})
    features = np.array([v for t in tables.values() for k, v in t.columns.items() if k not in {t.id_column, "y"}]).T
    label = np.array(tables["bank"].columns["y"], dtype=float)
    linear, offset = solve(features, label, 0.01)
    found = np.concatenate([run[member].outputs["model"].content["weights"] for member in tables])
    wanted, _ = refine(features, label, 0.01, linear, offset, 4)
    assert np.max(np.abs(found - wanted)) < 5e-3
    exact, _ = fit(features, label, 0.01)
    assert np.max(np.abs(found - exact)) < 0.1 * np.max(np.abs(linear - exact))


def test_five_members_are_told_before_anything_is_sent():
    tables = aligned(20, (1, 1, 1, 1))
    inputs = {member: {"train": table} for member, table in tables.items()} | {"fifth": {"train": tables["shop"]}}
    run = run_parties(TOY, inputs, {"sigmoid": "sine"}, check=False)
    assert all(isinstance(result.error, BadParameters) for result in run.results.values())
    assert all(key.message.startswith("agreement") for key, _ in run.transcript)


@pytest.mark.parametrize(
    "name",
    [
        "score_masks_ct_to_promoter",
        "scores_masked_ct_to_provider",
        "sigmoid_share_ct_to_provider",
        "sigmoid_masked_ct_between_providers",
        "residual_share_ct_to_promoter",
        "gradient_masked_ct_to_provider",
        "gradient_masked_to_provider",
    ],
)
def test_payloads_of_another_length_are_named(monkeypatch, name):
    sent = Hub.send
    monkeypatch.setattr(
        Hub, "send", lambda hub, key, payload: sent(hub, key, payload[:-1] if key.message == name else payload)
    )
    params = EXAMPLE_WITH_SINES.params
    run = run_parties(TOY, EXAMPLE.inputs, params, check=False)
    assert {type(result.error) for result in run.results.values()} <= {BadPayload, PeerGone}
    assert any(isinstance(result.error, BadPayload) for result in run.results.values())
