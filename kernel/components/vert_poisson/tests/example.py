"""Forty rows, three members, keys of 1,024 bits: a masked product of two rates takes more than half of that."""

import dataclasses

import numpy as np

from kernel.components.vert_poisson import COMPONENT
from kernel.components.vert_poisson.reference import objective, solve
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Run

BITS = 1024
L2 = 0.05
TABLES = aligned()
MEMBERS = list(TABLES)
FEATURES = np.array(
    [TABLES[m].columns[n] for m in MEMBERS for n in TABLES[m].columns if n.startswith(f"{m}_") and n[-1] != "d"]
).T
LABEL = np.random.default_rng(7).poisson(np.exp(0.5 * FEATURES @ [1, -0.5, 0.8, 0.3, 0] - 0.5)).astype(float)
TABLES["bank"] = dataclasses.replace(TABLES["bank"], columns=dict(TABLES["bank"].columns) | {"y": LABEL.tolist()})


def _agrees(run: Run) -> None:
    weights, intercept = solve(FEATURES, LABEL, L2)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    found = np.concatenate([model["weights"] for model in models])
    assert np.max(np.abs(found - weights)) < 1e-3
    assert abs(models[0]["intercept"] - intercept) < 1e-3
    curve = run["bank"].blocks[0][2]["series"][0]["values"]
    assert abs(curve[0] - objective(FEATURES, LABEL, 0 * weights, np.log(LABEL.mean()), L2)) < 1e-4
    assert abs(curve[-1] - objective(FEATURES, LABEL, weights, intercept, L2)) < 1e-4
    assert models[0]["objective"] == "poisson"
    assert all("intercept" not in model and "label" not in model for model in models[1:])


# The promoter has the most columns (two, the intercept, the label): it encrypts for both others, the second one for the
# third; a ciphertext holds one row of four columns, or two rows of two.
STEPS = 8
SIZES = {
    "key_bits": BITS,
    "n_weights": 6,
    "n_targets": 1,
    "n_refinements": STEPS,
    "n_taken": STEPS,
    "n_products": 1 + 3 + 5 + 7 * (STEPS - 3),
    "n_penalty_ct": 2,
    "n_steps": 35 + 13 * STEPS,
    "n_rounds": 35 + 13 * STEPS,
    "n_stages": 2,
    "n_openings": 2,
    "n_pass_to_provider": 2,
    "n_pass_to_promoter": 0,
    "n_pass_between_providers": 1,
    "n_columns_ct_to_provider": 2 * 40,
    "n_columns_ct_to_promoter": 0,
    "n_columns_ct_between_providers": 20,
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
    params={"l2": L2, "steps": STEPS},
    agrees=_agrees,
    table="train",
    sizes=SIZES,
    resume_tolerance=1e-3,
)
