"""Forty rows, three members, keys of 512 bits, a label in other units than its standard deviation."""

import dataclasses

import numpy as np

from kernel.components.vert_linear import COMPONENT
from kernel.components.vert_linear.reference import ridge
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Run

BITS = 512
L2 = 0.05
TABLES = aligned()
MEMBERS = list(TABLES)
FEATURES = np.array(
    [TABLES[m].columns[n] for m in MEMBERS for n in TABLES[m].columns if n.startswith(f"{m}_") and n[-1] != "d"]
).T
LABEL = 1000 + 300 * (FEATURES @ [1, -0.5, 2, 0.3, 0]) + 100 * np.random.default_rng(5).normal(size=len(FEATURES))
TABLES["bank"] = dataclasses.replace(TABLES["bank"], columns=dict(TABLES["bank"].columns) | {"y": LABEL.tolist()})


def _agrees(run: Run) -> None:
    weights, intercept = ridge(FEATURES, LABEL, L2)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    mean, scale = models[0]["label_mean"], models[0]["label_scale"]
    assert np.isclose(mean, LABEL.mean())
    assert np.isclose(scale, LABEL.std())
    found = np.concatenate([model["weights"] for model in models])
    assert np.max(np.abs(found - weights / scale)) < 1e-3
    assert abs(models[0]["intercept"] - (intercept - mean) / scale) < 1e-3
    left = FEATURES @ weights + intercept - LABEL
    metrics = run["bank"].metrics
    assert abs(metrics["rmse"] / np.sqrt(np.mean(left**2)) - 1) < 1e-3
    assert abs(metrics["r2"] - (1 - np.mean(left**2) / LABEL.var())) < 1e-3
    assert abs(metrics["objective"] - (np.mean(left**2) + L2 * weights @ weights) / scale**2 / 2) < 1e-3
    assert all("intercept" not in model and "label_mean" not in model for model in models[1:])


# The promoter has the most columns (two, the intercept, the label): it encrypts for both others, the second one for the
# third; a ciphertext holds one row of four columns, or of two, or two rows of one.
SIZES = {
    "key_bits": BITS,
    "n_weights": 6,
    "n_targets": 1,
    "n_refinements": 0,
    "n_errors": 0,
    "n_squares": 2 * 2 + 1,
    "n_steps": 20,
    "n_rounds": 20,
    "n_stages": 2,
    "n_openings": 3,
    "n_pass_to_provider": 2,
    "n_pass_to_promoter": 0,
    "n_pass_between_providers": 1,
    "n_columns_ct_to_provider": 2 * 40,
    "n_columns_ct_to_promoter": 0,
    "n_columns_ct_between_providers": 40,
    "n_answers_to_provider": 0,
    "n_answers_to_promoter": 2,
    "n_answers_between_providers": 1,
    "n_answers_ct_to_provider": 0,
    "n_answers_ct_to_promoter": 2 + 1,
    "n_answers_ct_between_providers": 1,
}
EXAMPLE = Example(
    component=with_toy_keys(COMPONENT, BITS),
    inputs={member: {"train": TABLES[member]} for member in MEMBERS},
    params={"l2": L2, "iterations": 20},
    agrees=_agrees,
    table="train",
    sizes=SIZES,
    resume_tolerance=1e-5,
)
