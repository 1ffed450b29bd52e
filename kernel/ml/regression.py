"""Metrics of a regression."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Regression:
    """How far predictions are from labels, in the label's unit.

    Parameters
    ----------
    r2
        1 - the squared errors over those of the labels' mean; NaN where all labels are alike.
    """

    rmse: float
    mae: float
    r2: float


def regression(label: Floats, prediction: Floats) -> Regression:
    """Compare labels with predictions."""
    error = prediction - label
    spread = float(((label - label.mean()) ** 2).sum())
    r2 = 1 - float((error**2).sum()) / spread if spread > 0 else float("nan")
    return Regression(float(np.sqrt((error**2).mean())), float(np.abs(error).mean()), r2)
