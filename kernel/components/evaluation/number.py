"""Numbers: RMSE, MAE and R2 of a regression, and how the errors lie."""

import math

import numpy as np

from kernel.core import Context
from kernel.core.errors import MissingValues
from kernel.ml.regression import regression

_BINS = 20


def report(ctx: Context) -> None:
    """Report on a column `prediction` of numbers.

    Raises
    ------
    NotNumeric, MissingValues
        A prediction or a label is no number, or missing.
    """
    table = ctx.inputs["prediction"]
    names = ("prediction", table.schema.label_column)
    table.schema.numeric_features(names)
    prediction, label = table.blocks(names).collect().T
    if not np.all(np.isfinite(prediction)) or not np.all(np.isfinite(label)):
        raise MissingValues("a prediction or a label is missing")
    found = regression(label, prediction)
    tracker = ctx.tracker
    tracker.metric("rmse", found.rmse)
    tracker.metric("mae", found.mae)
    if math.isfinite(found.r2):
        tracker.metric("r2", found.r2)
    tracker.metric("rows", len(label))
    counts, ends = np.histogram(prediction - label, bins=_BINS)
    middles = (ends[:-1] + ends[1:]) / 2
    x = {"name": "prediction - label", "values": middles.tolist()}
    tracker.block("histogram", "Errors", {"x": x, "series": [{"name": "rows", "values": counts.tolist()}]})
