"""Forty rows, three members, keys of 512 bits."""

import dataclasses

import numpy as np

from kernel.components.vert_lr import COMPONENT
from kernel.components.vert_lr.reference import objective, one_vs_rest, solve
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

#: Three classes of text, so that the promoter's matrix has six columns; two ciphertexts hold a row of it.
CLASSES = np.array(["high", "low", "middle"])[np.digitize(FEATURES.sum(axis=1), [-1.0, 1.0])]
SEVERAL_TABLES = TABLES | {
    "bank": dataclasses.replace(TABLES["bank"], columns={**TABLES["bank"].columns, "y": CLASSES.tolist()})
}


def _classes_agree(run: Run) -> None:
    weights, intercept = one_vs_rest(FEATURES, CLASSES, L2)
    models = [run[member].outputs["model"].content for member in MEMBERS]
    assert np.max(np.abs(np.concatenate([model["weights"] for model in models]) - weights)) < 1e-3
    assert np.max(np.abs(np.array(models[0]["intercept"]) - intercept)) < 1e-3
    assert models[0]["classes"] == ["high", "low", "middle"]
    assert all({"intercept", "classes", "objective", "label"}.isdisjoint(model) for model in models[1:])
    curve = run["bank"].blocks[0][2]["series"][0]["values"]
    least = [
        objective(FEATURES, (name == CLASSES).astype(float), weights[:, place], intercept[place], L2)
        for place, name in enumerate(models[0]["classes"])
    ]
    assert abs(curve[-1] - sum(least)) < 1e-3


SEVERAL = dataclasses.replace(
    EXAMPLE,
    inputs={member: {"train": SEVERAL_TABLES[member]} for member in MEMBERS},
    params={"l2": L2, "iterations": 12, "multi_class": "one_vs_rest"},
    agrees=_classes_agree,
    sizes=SIZES
    | {"n_targets": 3, "n_steps": 3 * 12, "n_columns_ct_to_provider": 2 * 2 * 40, "n_answers_ct_to_promoter": 2 * 3},
)
MORE = {"several classes": SEVERAL}
