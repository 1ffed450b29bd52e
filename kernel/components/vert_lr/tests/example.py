"""Forty rows, three members, keys of 512 bits."""

import numpy as np

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import objective, solve
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
LABEL = np.array(TABLES["bank"].columns["y"], dtype=float)


def _agrees(run: Run) -> None:
    weights, intercept = solve(FEATURES, LABEL, L2)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    assert np.max(np.abs(np.concatenate([model["weights"] for model in models]) - weights)) < 1e-3
    assert abs(models[0]["intercept"] - intercept) < 1e-3
    curve = run["bank"].blocks[0][2]["series"][0]["values"]
    assert abs(curve[0] - np.log(2)) < 1e-6
    assert abs(curve[-1] - objective(FEATURES, LABEL, weights, intercept, L2)) < 1e-3
    assert all("intercept" not in model for model in models[1:])


# The promoter has the most columns (two, the intercept, the label): it encrypts for both others, the second one for the
# third; a ciphertext holds one row of four columns, or of two, or two rows of one.
SIZES = {
    "key_bits": BITS,
    "n_weights": 6,
    "n_targets": 1,
    "n_refinements": 0,
    "n_penalty_ct": 0,
    "n_steps": 12,
    "n_rounds": 12,
    "n_stages": 1,
    "n_openings": 1,
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
    params={"l2": L2, "iterations": 12},
    agrees=_agrees,
    table="train",
    sizes=SIZES,
    resume_tolerance=1e-5,
)
