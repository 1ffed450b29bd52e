"""A hundred and twenty rows, three members, keys of 512 bits."""

import numpy as np

from kernel.components.vert_glm_open_score import COMPONENT
from kernel.components.vert_glm_open_score.reference import fit
from kernel.testing.conformance.example import Example, aligned
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Run

BITS, L2, EPOCHS = 512, 0.05, 10
TABLES = aligned(120)
MEMBERS = list(TABLES)
FEATURES = np.array(
    [TABLES[m].columns[n] for m in MEMBERS for n in TABLES[m].columns if n.startswith(f"{m}_") and n[-1] != "d"]
).T
LABEL = np.array(TABLES["bank"].columns["y"], dtype=float)


def _agrees(run: Run) -> None:
    weights, intercept = fit(FEATURES, LABEL, "binary", L2)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    assert np.max(np.abs(np.concatenate([model["weights"] for model in models]) - weights)) < 1e-2
    assert abs(models[0]["intercept"] - intercept) < 1e-2
    losses = run["bank"].blocks[-1][2]["series"][0]["values"]
    assert abs(losses[0] - np.log(2)) < 1e-9
    assert losses[-1] < losses[0]
    assert all("intercept" not in model for model in models[1:])


EXAMPLE = Example(
    component=with_toy_keys(COMPONENT, BITS),
    inputs={member: {"train": TABLES[member]} for member in MEMBERS},
    params={"l2": L2, "epochs": EPOCHS, "coupling": 0.3, "tolerance": 0.0},
    agrees=_agrees,
    table="train",
    sizes={"key_bits": BITS, "n_epochs": EPOCHS, "n_batches": 1, "n_outputs": 1},
    resume_tolerance=1e-6,
)
