"""Metrics of a binary classifier: exact, with ties counted as sklearn does."""

from collections.abc import Sequence
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


@dataclass(frozen=True)
class Classification:
    """What a classifier gives at each of some thresholds, and how its probabilities lie.

    Parameters
    ----------
    thresholds
        Descending; a row is called positive when its probability is at least this.
    true_positives, false_positives
        Rows called positive at each threshold, by their real class.
    positive_bins, negative_bins
        Rows by probability in equally wide bins of [0, 1], by their real class.
    """

    n_positive: int
    n_negative: int
    thresholds: list[float]
    true_positives: list[int]
    false_positives: list[int]
    positive_bins: list[int]
    negative_bins: list[int]


def classify(
    label: Floats, probability: Floats, points: int, *, kept: Sequence[float] = (), n_bins: int = 20
) -> Classification:
    """Count at up to `points` distinct probabilities, at the one with the best KS, and at those in `kept`."""
    curve = roc(label, probability)
    best = int(np.argmax(curve.true_positive_rate - curve.false_positive_rate))
    shown = np.union1d(thin(len(curve.thresholds) - 1, points) + 1, [max(best, 1)])
    thresholds = np.unique(np.concatenate([curve.thresholds[shown], np.asarray(kept, dtype=np.float64)]))[::-1]
    classes = [np.sort(probability[label == value]) for value in (1, 0)]
    called = [len(own) - np.searchsorted(own, thresholds, side="left") for own in classes]
    bins = [np.histogram(own, bins=n_bins, range=(0.0, 1.0))[0].tolist() for own in classes]
    return Classification(
        len(classes[0]), len(classes[1]), thresholds.tolist(), called[0].tolist(), called[1].tolist(), bins[0], bins[1]
    )


def auc_covariance(label: Floats, *scores: Floats) -> tuple[Floats, Floats]:
    """Areas under the curves of several scores on the same rows, and the covariance matrix of their errors.

    DeLong, DeLong and Clarke-Pearson 1988, by midranks as in Sun and Xu 2014. NaN with a single row of a class.
    """
    positive = label == 1
    m, n = int(positive.sum()), int((~positive).sum())
    areas, of_positives, of_negatives = [], [], []
    for score in scores:
        ranks = _midranks(score)
        v10 = (ranks[positive] - _midranks(score[positive])) / n
        v01 = 1 - (ranks[~positive] - _midranks(score[~positive])) / m
        areas.append(float(v10.mean()))
        of_positives.append(v10)
        of_negatives.append(v01)
    with np.errstate(divide="ignore", invalid="ignore"):
        s10, s01 = _covariance(np.array(of_positives)), _covariance(np.array(of_negatives))
    return np.array(areas), s10 / m + s01 / n


def _covariance(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred @ centred.T / np.float64(rows.shape[1] - 1))


def _midranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], dtype=np.float64)


def calibration(label: Floats, probability: Floats, n_bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share of positives and number of rows in equally wide bins; empty bins are left out."""
    bins = np.clip((probability * n_bins).astype(int), 0, n_bins - 1)
    return [
        (float(probability[bins == b].mean()), float(label[bins == b].mean()), int(np.sum(bins == b)))
        for b in np.unique(bins).tolist()
    ]
