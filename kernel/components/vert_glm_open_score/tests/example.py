"""A hundred and twenty rows, three members, keys of 512 bits."""

import dataclasses

import numpy as np

from kernel.components.vert_glm_open_score import COMPONENT
from kernel.components.vert_glm_open_score.reference import fit, fit_classes
from kernel.testing.conformance.example import Example, aligned, several_classes
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


CLASSES, PLACES = several_classes(200, widths=(2, 1))


def _agrees_on_classes(run: Run) -> None:
    members = list(CLASSES)
    models = [run[member].outputs["model"].content for member in members]
    got = np.vstack([*(model["weights"] for model in models), models[0]["intercept"]])
    features = np.array([CLASSES[m].columns[n] for m in members for n in CLASSES[m].columns if n[-1] in "0123456789"]).T
    assert models[0]["classes"] == ["high", "low", "mid"]
    assert np.max(np.abs(got - fit_classes(features, PLACES, "softmax", 0.5))) < 0.1, "batches go round the optimum"


MORE = {
    "several classes, in batches": dataclasses.replace(
        EXAMPLE,
        inputs={member: {"train": CLASSES[member]} for member in CLASSES},
        params={
            "l2": 0.5,
            "epochs": 5,
            "optimizer": "sgd",
            "learning_rate": 1.2,
            "batch_rows": 100,
            "multi_class": "softmax",
            "tolerance": 0.0,
        },
        agrees=_agrees_on_classes,
        sizes={"key_bits": BITS, "n_epochs": 5, "n_batches": 2, "n_outputs": 3},
    )
}
