"""Metrics of a classifier with several classes, defined as sklearn defines them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_LEAST = float(np.finfo(np.float64).eps)  # a probability of zero would make a single row's loss infinite


@dataclass(frozen=True)
class Multiclass:
    """How predicted classes meet real ones.

    Parameters
    ----------
    confusion
        Rows by real class and predicted class, shape (classes, classes).
    log_loss
        Mean of -ln of the real class' probability.
    """

    confusion: Ints
    log_loss: float

    @property
    def accuracy(self) -> float:
        """Share of rows whose class is predicted."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def precision(self) -> Floats:
        """Of each class, the share of its predictions that are right; 0 where there are none."""
        return _share(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> Floats:
        """Of each class, the share of its rows that are predicted; 0 where there are none."""
        return _share(np.diag(self.confusion), self.confusion.sum(axis=1))

    @property
    def f1(self) -> Floats:
        """Of each class, the harmonic mean of precision and recall; 0 where it has neither rows nor predictions."""
        return _share(2 * np.diag(self.confusion), self.confusion.sum(axis=0) + self.confusion.sum(axis=1))

    @property
    def macro_f1(self) -> float:
        """Mean of `f1` over the classes that have rows or predictions."""
        met = self.confusion.sum(axis=0) + self.confusion.sum(axis=1) > 0
        return float(self.f1[met].mean())


def multiclass(label: Ints, probability: Floats) -> Multiclass:
    """Compare labels, as places of classes, with probabilities of shape (rows, classes); the likeliest is predicted."""
    n_classes = probability.shape[1]
    predicted = probability.argmax(axis=1)
    counts = np.bincount(label * n_classes + predicted, minlength=n_classes**2)
    own = np.clip(probability[np.arange(len(label)), label], _LEAST, 1.0)
    return Multiclass(counts.reshape(n_classes, n_classes).astype(np.int64), float(-np.log(own).mean()))


def _share(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(part / np.maximum(whole, 1), dtype=np.float64)
