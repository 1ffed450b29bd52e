"""A hundred and twenty rows, three members with columns and an arbiter, keys of 512 bits; and one with weights."""

import dataclasses

import numpy as np

from kernel.components.vert_glm_coordinated import COMPONENT
from kernel.components.vert_glm_coordinated.reference import fit, fit_classes
from kernel.testing.conformance.example import Example, aligned, several_classes
from kernel.testing.keys import with_toy_keys
from kernel.testing.parties import Run, Sample

BITS, L2, EPOCHS = 512, 0.05, 10
TABLES = aligned(120)
MEMBERS = list(TABLES)
ARBITER = "notary"
FEATURES = np.array(
    [TABLES[m].columns[n] for m in MEMBERS for n in TABLES[m].columns if n.startswith(f"{m}_") and n[-1] != "d"]
).T
LABEL = np.array(TABLES["bank"].columns["y"], dtype=float)
ROW_WEIGHTS = np.random.default_rng(4).uniform(0.5, 2, len(LABEL))
ROW_WEIGHTS[3] = 0.0


def inputs(tables=TABLES):
    """Give each owner its table, and the arbiter nothing."""
    return {**{member: {"train": table} for member, table in tables.items()}, ARBITER: {}}


def _weights(run: Run) -> np.ndarray:
    models = [run[member].outputs["model"].content for member in MEMBERS]
    assert all("intercept" not in model for model in models[1:])
    assert run[ARBITER].outputs == {}
    assert all(model["members"] == MEMBERS for model in models), "who scores later needs no arbiter"
    return np.append(np.concatenate([model["weights"] for model in models]), models[0]["intercept"])


def _agrees(run: Run) -> None:
    assert np.max(np.abs(_weights(run) - np.append(*fit(FEATURES, LABEL, "binary", L2)))) < 1e-2
    losses = run["bank"].blocks[-1][2]["series"][0]["values"]
    assert abs(losses[0] - np.log(2)) < 1e-9
    assert losses[-1] < losses[0]


EXAMPLE = Example(
    component=with_toy_keys(COMPONENT, BITS),
    inputs=inputs(),
    params={"l2": L2, "epochs": EPOCHS, "coupling": 0.3, "tolerance": 0.0},
    agrees=_agrees,
    table="train",
    sizes={"key_bits": BITS, "n_epochs": EPOCHS, "n_batches": 1, "n_outputs": 1, "weighted": 0},
    resume_tolerance=1e-6,
)


def _agrees_weighted(run: Run) -> None:
    models = [run[member].outputs["model"].content for member in MEMBERS[:2]]
    got = np.append(np.concatenate([model["weights"] for model in models]), models[0]["intercept"])
    wanted = np.append(*fit(FEATURES[:, :4], LABEL, "binary", L2, ROW_WEIGHTS))
    assert np.max(np.abs(got - wanted)) < 0.3, "a few steps of adam get near"


def weighted(tables=TABLES):
    """Give the promoter's rows their weights."""
    bank = tables["bank"]
    columns = {**bank.columns, "weight": ROW_WEIGHTS.tolist()}
    return {**tables, "bank": Sample(columns, bank.id_column, bank.label_column)}


CLASSES, PLACES = several_classes(200, widths=(2, 1))


def _agrees_on_classes(run: Run) -> None:
    members = list(CLASSES)
    models = [run[member].outputs["model"].content for member in members]
    got = np.vstack([*(model["weights"] for model in models), models[0]["intercept"]])
    features = np.array([CLASSES[m].columns[n] for m in members for n in CLASSES[m].columns if n[-1] in "0123456789"]).T
    assert models[0]["classes"] == ["high", "low", "mid"]
    assert np.max(np.abs(got - fit_classes(features, PLACES, 0.5))) < 0.1, "batches go round the optimum"


MORE = {
    "one provider, rows weighted": dataclasses.replace(
        EXAMPLE,
        inputs=inputs({member: weighted()[member] for member in MEMBERS[:2]}),
        params={"l2": L2, "epochs": 6, "optimizer": "adam", "learning_rate": 0.2, "tolerance": 0.0},
        own={"bank": {"weight": "weight"}},
        agrees=_agrees_weighted,
        sizes={
            "key_bits": BITS,
            "n_epochs": 6,
            "n_batches": 1,
            "n_outputs": 1,
            "weighted": 1,
            "n_features_promoter": 2,
        },
    ),
    "several classes, in batches": dataclasses.replace(
        EXAMPLE,
        inputs=inputs(CLASSES),
        params={
            "l2": 0.5,
            "epochs": 5,
            "optimizer": "sgd",
            "learning_rate": 1.2,
            "batch_rows": 100,
            "multi_class": "one_vs_rest",
            "tolerance": 0.0,
        },
        agrees=_agrees_on_classes,
        sizes={"key_bits": BITS, "n_epochs": 5, "n_batches": 2, "n_outputs": 3, "weighted": 0},
    ),
}
