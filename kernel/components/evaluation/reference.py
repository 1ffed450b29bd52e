"""evaluation by definition.

AUC is the chance that a positive row scores above a negative one, ties counting half.
"""

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


def f1(label: list[str], predicted: list[str], name: str) -> float:
    """F1 of one class: twice the hits over rows and predictions of it."""
    hits = sum(a == b == name for a, b in zip(label, predicted, strict=True))
    return 2 * hits / max(1, label.count(name) + predicted.count(name))


def log_loss(label: list[str], probability: list[dict[str, float]]) -> float:
    """Mean surprise at the real classes."""
    return float(np.mean([-np.log(chances[name]) for name, chances in zip(label, probability, strict=True)]))


def r2(label: Floats, prediction: Floats) -> float:
    """Share of the labels' variance that the predictions explain."""
    return float(1 - np.mean((label - prediction) ** 2) / np.var(label))
