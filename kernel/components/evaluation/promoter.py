"""The promoter compares predictions with labels."""

from typing import Any

import numpy as np

from kernel.components.evaluation.spec import Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadLabel, MissingValues, TooFewRows
from kernel.ml import metrics


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Report AUC, KS, curves, confusion and calibration."""
    del own
    table = ctx.inputs["prediction"]
    name = table.schema.label_column
    if not name:
        raise BadLabel("the predictions carry no label", hint="Predict rows whose table has a label column.")
    if not table.n_rows:
        raise TooFewRows("there are no predictions")
    table.schema.numeric_features(("score", "probability", name))
    label, score, probability = table.blocks((name, "score", "probability")).collect().T
    if not np.all(np.isfinite(score)) or not np.all(np.isfinite(label)):
        raise MissingValues("a score or a label is missing")
    curve = metrics.roc(label, score)
    shown = metrics.thin(len(curve.thresholds), params.points)
    fpr, tpr = curve.false_positive_rate[shown].tolist(), curve.true_positive_rate[shown].tolist()
    share = np.linspace(0, 1, len(shown)).round(6).tolist()
    negative, false_positive, false_negative, positive = metrics.confusion(label, probability, params.threshold)
    tracker = ctx.tracker
    tracker.metric("auc", curve.auc)
    tracker.metric("ks", curve.ks)
    tracker.metric("accuracy", (negative + positive) / len(label))
    tracker.metric("rows", len(label))
    tracker.block(
        "curve",
        "ROC",
        {
            "x": {"name": "false positive rate", "values": fpr},
            "series": [{"name": "true positive rate", "values": tpr}, {"name": "chance", "values": fpr}],
        },
    )
    tracker.block(
        "curve",
        "KS",
        {
            "x": {"name": "share of thresholds", "values": share},
            "series": [
                {"name": "true positive rate", "values": tpr},
                {"name": "false positive rate", "values": fpr},
                {"name": "difference", "values": [a - b for a, b in zip(tpr, fpr, strict=True)]},
            ],
        },
    )
    tracker.block(
        "table",
        f"Confusion at {params.threshold:g}",
        {
            "columns": ["", "predicted 0", "predicted 1"],
            "rows": [["real 0", negative, false_positive], ["real 1", false_negative, positive]],
        },
    )
    bins = metrics.calibration(label, probability)
    tracker.block(
        "table",
        "Calibration",
        {
            "columns": ["mean probability", "share of positives", "rows"],
            "rows": [[round(a, 6), round(b, 6), n] for a, b, n in bins],
        },
    )
    return {}
