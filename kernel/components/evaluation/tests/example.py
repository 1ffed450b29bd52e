"""Predictions with ties."""

import numpy as np

from kernel.components.evaluation import COMPONENT
from kernel.components.evaluation.reference import auc, ks
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
