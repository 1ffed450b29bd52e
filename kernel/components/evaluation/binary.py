"""Two classes: AUC with its confidence interval, KS, counts at many thresholds, and what joining gained."""

import numpy as np

from kernel.components.evaluation import alone
from kernel.components.evaluation.spec import Params
from kernel.core import Context
from kernel.core.errors import MissingValues
from kernel.ml import metrics

_95 = 1.959963984540054  # standard deviations to either side that hold 95 % of a normal distribution


def report(ctx: Context, params: Params) -> None:
    """Report on a column `score` and a column `probability`.

    Raises
    ------
    NotNumeric, BadLabel, MissingValues
        The label is not of zeros and ones, or something is missing.
    """
    table = ctx.inputs["prediction"]
    name = table.schema.label_column
    table.schema.numeric_features(("score", "probability", name))
    label, score, probability = table.blocks((name, "score", "probability")).collect().T
    if not np.all(np.isfinite(score)) or not np.all(np.isfinite(label)):
        raise MissingValues("a score or a label is missing")
    curve = metrics.roc(label, score)
    counts = metrics.classify(label, probability, params.points, kept=(params.threshold,))
    at = counts.thresholds.index(params.threshold)
    right = counts.true_positives[at] + counts.n_negative - counts.false_positives[at]
    (area,), variance = metrics.auc_covariance(label, score)
    spread = _95 * float(np.sqrt(variance[0, 0]))
    tracker = ctx.tracker
    tracker.metric("auc", curve.auc)
    tracker.metric("ks", curve.ks)
    tracker.metric("accuracy", right / len(label))
    tracker.metric("rows", len(label))
    bins = metrics.calibration(label, probability)
    tracker.block(
        "classification",
        "Classification",
        {
            "auc": float(area),
            "auc_interval": [max(0.0, area - spread), min(1.0, area + spread)] if np.isfinite(spread) else None,
            "threshold": params.threshold,
            "positives": counts.n_positive,
            "negatives": counts.n_negative,
            "thresholds": counts.thresholds,
            "true_positives": counts.true_positives,
            "false_positives": counts.false_positives,
            "positive_bins": counts.positive_bins,
            "negative_bins": counts.negative_bins,
            "calibration": {
                "probability": [mean for mean, _, _ in bins],
                "share": [share for _, share, _ in bins],
                "rows": [n for _, _, n in bins],
            },
        },
    )
    if "alone_train" in ctx.inputs:
        alone.report(ctx, params, label, score)
