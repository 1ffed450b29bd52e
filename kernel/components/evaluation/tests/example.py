"""Predictions with ties."""

import numpy as np

from kernel.components.evaluation import COMPONENT
from kernel.components.evaluation.reference import auc, ks
from kernel.testing.conformance.example import Example
from kernel.testing.parties import Run, Sample

_RNG = np.random.default_rng(3)
_LABEL = (_RNG.random(60) < 0.3).astype(int)
_SCORE = np.round(_LABEL + _RNG.normal(size=60), 1)


def _agrees(run: Run) -> None:
    metrics = run["bank"].metrics
    assert abs(metrics["auc"] - auc(_LABEL, _SCORE)) < 1e-9
    assert abs(metrics["ks"] - ks(_LABEL, _SCORE)) < 1e-9
    assert {title for _, title, _ in run["bank"].blocks} == {"ROC", "KS", "Confusion at 0.5", "Calibration"}


_TABLE = Sample(
    {
        "id": [f"id-{i}" for i in range(60)],
        "score": _SCORE.tolist(),
        "probability": (1 / (1 + np.exp(-_SCORE))).tolist(),
        "y": _LABEL.tolist(),
    },
    label_column="y",
)
EXAMPLE = Example(
    component=COMPONENT, inputs={"bank": {"prediction": _TABLE}, "bureau": {}}, agrees=_agrees, table="prediction"
)
