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


EXAMPLE = Example(
    component=with_toy_keys(COMPONENT, BITS),
    inputs={member: {"train": TABLES[member]} for member in MEMBERS},
    params={"l2": L2, "iterations": 10},
    agrees=_agrees,
    table="train",
    sizes={"key_bits": BITS, "n_direction_ciphertexts": 3},
    resume_tolerance=1e-5,
)
