"""Metrics of a regression."""

import math
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
    # Squares only of what is at most one: those of errors beyond 10^154 would be infinite.
    spread = _root(label - label.mean())
    share = _root(error) / spread if spread > 0 else float("nan")
    r2 = 1 - share * share
    return Regression(_root(error), float(np.abs(error).mean()), r2)


def _root(values: Floats) -> float:
    """Root of the mean square."""
    most = float(np.max(np.abs(values)))
    return most * float(np.sqrt(((values / most) ** 2).mean())) if 0 < most < math.inf else most
