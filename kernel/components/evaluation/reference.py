"""evaluation by definition: AUC is the chance that a positive row scores above a negative one, ties counting half."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def auc(label: Floats, score: Floats) -> float:
    """Compare all pairs."""
    difference = score[label == 1][:, None] - score[label == 0][None, :]
    return float(np.mean((difference > 0) + 0.5 * (difference == 0)))


def ks(label: Floats, score: Floats) -> float:
    """Largest distance between the two distributions."""
    return float(max(abs(np.mean(score[label == 1] >= t) - np.mean(score[label == 0] >= t)) for t in np.unique(score)))
