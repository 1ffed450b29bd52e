"""Metrics of a binary classifier: exact, with ties counted as sklearn does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Roc:
    """Curve over distinct scores, from the highest threshold down; starts at (0, 0)."""

    thresholds: Floats
    false_positive_rate: Floats
    true_positive_rate: Floats

    @property
    def auc(self) -> float:
        """Area under the curve."""
        return float(np.trapezoid(self.true_positive_rate, self.false_positive_rate))

    @property
    def ks(self) -> float:
        """Largest distance between the two rates (Kolmogorov–Smirnov)."""
        return float(np.max(self.true_positive_rate - self.false_positive_rate))


def roc(label: Floats, score: Floats) -> Roc:
    """Compute the ROC curve.

    Raises
    ------
    BadLabel
        Labels are not zeros and ones, or of one class.
    """
    if set(np.unique(label).tolist()) != {0.0, 1.0}:
        raise BadLabel("evaluation needs labels of both classes, 0 and 1")
    order = np.argsort(-score, kind="stable")
    sorted_score, positive = score[order], label[order] == 1
    ends = np.append(np.flatnonzero(np.diff(sorted_score)), len(score) - 1)
    hits = np.cumsum(positive)[ends]
    false = ends + 1 - hits
    return Roc(
        np.append(np.inf, sorted_score[ends]),
        np.append(0.0, false / false[-1]),
        np.append(0.0, hits / hits[-1]),
    )


def thin(n_points: int, limit: int) -> npt.NDArray[np.int64]:
    """Positions of at most `limit` points spread over a curve, the first and the last among them."""
    return np.unique(np.linspace(0, n_points - 1, min(n_points, limit)).round().astype(np.int64))


def confusion(label: Floats, probability: Floats, threshold: float) -> tuple[int, int, int, int]:
    """Count true negatives, false positives, false negatives, true positives at a threshold (≥ is positive)."""
    said, real = probability >= threshold, label == 1
    return (
        int(np.sum(~said & ~real)),
        int(np.sum(said & ~real)),
        int(np.sum(~said & real)),
        int(np.sum(said & real)),
    )


def calibration(label: Floats, probability: Floats, n_bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share of positives and number of rows in equally wide bins; empty bins are left out."""
    bins = np.clip((probability * n_bins).astype(int), 0, n_bins - 1)
    return [
        (float(probability[bins == b].mean()), float(label[bins == b].mean()), int(np.sum(bins == b)))
        for b in np.unique(bins).tolist()
    ]
