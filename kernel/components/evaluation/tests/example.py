"""Predictions with ties; of several classes; of numbers."""

import numpy as np

from kernel.components.evaluation import COMPONENT
from kernel.components.evaluation.reference import auc, f1, ks, log_loss, r2
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run, Sample

_RNG = np.random.default_rng(3)
_LABEL = (_RNG.random(60) < 0.3).astype(int)
_SCORE = np.round(_LABEL + _RNG.normal(size=60), 1)
_PROBABILITY = 1 / (1 + np.exp(-_SCORE))
_OWN = _LABEL / 2 + _RNG.normal(size=60)
_IDS = [f"id-{i}" for i in range(60)]


def _agrees(run: Run) -> None:
    metrics = run["bank"].metrics
    assert abs(metrics["auc"] - auc(_LABEL, _SCORE)) < 1e-9
    assert abs(metrics["ks"] - ks(_LABEL, _SCORE)) < 1e-9
    (kind, _, block), (gain_kind, _, gain) = run["bank"].blocks
    assert (kind, gain_kind) == ("classification", "gain")
    called = np.array(block["thresholds"])[:, None] <= _PROBABILITY
    assert block["true_positives"] == (called & (_LABEL == 1)).sum(axis=1).tolist()
    assert block["false_positives"] == (called & (_LABEL == 0)).sum(axis=1).tolist()
    assert 0.5 in block["thresholds"]
    assert abs(gain["alone"]["auc"] - metrics["auc_alone"]) < 1e-12
    assert abs(gain["auc_gain"] - (metrics["auc"] - metrics["auc_alone"])) < 1e-12


_TABLE = Sample(
    {
        "id": _IDS,
        "score": _SCORE.tolist(),
        "probability": _PROBABILITY.tolist(),
        "y": _LABEL.tolist(),
    },
    label_column="y",
)
_ALONE = Sample({"id": _IDS, "x": _OWN.tolist(), "same": [1.0] * 60, "y": _LABEL.tolist()}, label_column="y")
EXAMPLE = Example(
    component=COMPONENT,
    inputs={"bank": {"prediction": _TABLE, "alone_train": _ALONE, "alone_test": _ALONE}, "bureau": {}},
    agrees=_agrees,
    table="prediction",
)

_CLASSES = ["a", "b", "c"]
_OF = [_CLASSES[place] for place in _RNG.integers(0, 3, 60).tolist()]
_CHANCES = _RNG.dirichlet([1, 1, 1], 60).round(3)
_CHANCES[:, 0] = 1 - _CHANCES[:, 1:].sum(axis=1)


def _agrees_on_classes(run: Run) -> None:
    metrics = run["bank"].metrics
    predicted = [_CLASSES[place] for place in _CHANCES.argmax(axis=1).tolist()]
    assert abs(metrics["accuracy"] - np.mean([a == b for a, b in zip(_OF, predicted, strict=True)])) < 1e-12
    assert abs(metrics["macro_f1"] - np.mean([f1(_OF, predicted, name) for name in _CLASSES])) < 1e-12
    chances = [dict(zip(_CLASSES, row, strict=True)) for row in _CHANCES.tolist()]
    assert abs(metrics["log_loss"] - log_loss(_OF, chances)) < 1e-9
    (_, _, by_class), (_, _, matrix) = run["bank"].blocks
    assert [row[:2] for row in by_class["rows"]] == [[name, _OF.count(name)] for name in _CLASSES]
    pairs = list(zip(_OF, predicted, strict=True))
    assert [row[1:] for row in matrix["rows"]] == [[pairs.count((a, b)) for b in _CLASSES] for a in _CLASSES]


def _agrees_on_numbers(run: Run) -> None:
    metrics, error = run["bank"].metrics, _OWN - _SCORE
    assert abs(metrics["rmse"] - np.sqrt(np.mean(error**2))) < 1e-12
    assert abs(metrics["mae"] - np.mean(np.abs(error))) < 1e-12
    assert abs(metrics["r2"] - r2(_SCORE, _OWN)) < 1e-12
    ((_, _, errors),) = run["bank"].blocks
    assert sum(errors["series"][0]["values"]) == 60


_SEVERAL = Sample(
    {"id": _IDS}
    | {f"probability={name}": column.tolist() for name, column in zip(_CLASSES, _CHANCES.T, strict=True)}
    | {"prediction": _OF, "y": _OF},
    label_column="y",
)
_NUMBERS = Sample({"id": _IDS, "prediction": _OWN.tolist(), "y": _SCORE.tolist()}, label_column="y")
MORE = {
    name: Example(
        component=COMPONENT,
        inputs={"bank": {"prediction": table}, "bureau": {}},
        agrees=agrees,
        table="prediction",
    )
    for name, table, agrees in (
        ("several classes", _SEVERAL, _agrees_on_classes),
        ("numbers", _NUMBERS, _agrees_on_numbers),
    )
}
