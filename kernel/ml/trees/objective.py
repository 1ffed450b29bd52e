"""What a model is trained for: gradients and curvatures of a loss in the scores, (rows, outputs) each.

`of` finds one by name and fits it to a label: it checks the label, and knows the score to begin with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel
from kernel.ml.classes import Classes, present
from kernel.ml.logistic import sigmoid

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Name = Literal["binary", "softmax", "squared", "huber", "poisson", "tweedie"]
_LEAST = 1e-16  # a curvature of zero would make a confident row weightless
_STEP = 0.7  # XGBoost's max_delta_step of Poisson regression: e^0.7 times the curvature keeps steps short
_TWEEDIE = 1.5  # variance power, between Poisson's 1 and Gamma's 2
_RATE_RANGE = 30.0  # scores of rates beyond ±30 say nothing more


class Objective(Protocol):
    """A loss fitted to a label."""

    classes: list[Any]  # label values in the order of outputs; empty for regression
    base: list[float]  # score to begin with, one an output

    def target(self, label: npt.NDArray[Any]) -> Floats:
        """Return labels as numbers: class numbers or values.

        Raises
        ------
        BadLabel
            One is missing or not allowed.
        """

    def gradients(self, score: Floats, target: Floats) -> tuple[Floats, Floats]:
        """First and second derivatives, (rows, outputs) each."""

    def loss(self, score: Floats, target: Floats) -> Floats:
        """Loss of each row."""


def of(name: Name, label: npt.NDArray[Any], weight: Floats) -> Objective:
    """Fit an objective to a label.

    Raises
    ------
    BadLabel
        It is missing somewhere, has one class, or is not what the objective needs.
    """
    if name == "binary":
        return _Binary(label, weight)
    if name == "softmax":
        return _Softmax(label, weight)
    return _Regression(name, label, weight)


class _Binary:
    """Log loss of a label of zeros and ones."""

    def __init__(self, label: npt.NDArray[Any], weight: Floats) -> None:
        self.classes: list[Any] = [0, 1]
        target = self.target(label)
        mean = float(np.average(target, weights=weight))
        if not 0 < mean < 1:
            raise BadLabel("the label has one class only")
        self.base = [float(np.log(mean / (1 - mean)))]

    def target(self, label: npt.NDArray[Any]) -> Floats:
        numbers = _numbers(label)
        others = sorted(set(np.unique(numbers).tolist()) - {0.0, 1.0})
        if others:
            shown = ", ".join(f"{value:g}" for value in others[:5])
            raise BadLabel(f"the label has the values {shown}; the objective binary needs 0 and 1")
        return numbers

    def gradients(self, score: Floats, target: Floats) -> tuple[Floats, Floats]:
        p = sigmoid(score)
        return p - target[:, None], np.maximum(p * (1 - p), _LEAST)

    def loss(self, score: Floats, target: Floats) -> Floats:
        return np.asarray(np.logaddexp(0, score[:, 0]) - target * score[:, 0])


class _Softmax:
    """Cross entropy of several classes, numbers or text; curvatures as in XGBoost, 2p(1 - p)."""

    def __init__(self, label: npt.NDArray[Any], weight: Floats) -> None:
        self._classes = Classes.of(label[weight > 0], "softmax")
        self.classes: list[Any] = self._classes.plain
        shares = np.bincount(self._classes.places(label), weights=weight)
        self.base = np.log(shares / shares.sum()).tolist()

    def target(self, label: npt.NDArray[Any]) -> Floats:
        return self._classes.places(label).astype(np.float64)

    def gradients(self, score: Floats, target: Floats) -> tuple[Floats, Floats]:
        p = np.exp(score - _log_total(score))
        hit = target[:, None] == np.arange(score.shape[1])
        return p - hit, np.maximum(2 * p * (1 - p), _LEAST)

    def loss(self, score: Floats, target: Floats) -> Floats:
        own = score[np.arange(len(score)), target.astype(np.int64)]
        return np.asarray(_log_total(score)[:, 0] - own)


@dataclass(frozen=True)
class _Form:
    """A loss of regression by its derivatives; `rate` where the score is the logarithm of what is predicted."""

    loss: Callable[[Floats, Floats], Floats]
    gradient: Callable[[Floats, Floats], Floats]
    curvature: Callable[[Floats, Floats], Floats]
    rate: bool = False


def _root(s: Floats, y: Floats) -> Floats:
    return np.asarray(np.sqrt(1 + (s - y) ** 2))


_FORMS = {
    "squared": _Form(lambda s, y: (s - y) ** 2 / 2, lambda s, y: s - y, lambda s, y: np.ones_like(s - y)),
    # Pseudo-Huber of slope 1: squared near the label, absolute far away.
    "huber": _Form(lambda s, y: _root(s, y) - 1, lambda s, y: (s - y) / _root(s, y), lambda s, y: _root(s, y) ** -3.0),
    "poisson": _Form(
        lambda s, y: np.exp(s) - y * s, lambda s, y: np.exp(s) - y, lambda s, _: np.exp(s + _STEP), rate=True
    ),
    "tweedie": _Form(
        lambda s, y: np.exp((2 - _TWEEDIE) * s) / (2 - _TWEEDIE) - y * np.exp((1 - _TWEEDIE) * s) / (1 - _TWEEDIE),
        lambda s, y: np.exp((2 - _TWEEDIE) * s) - y * np.exp((1 - _TWEEDIE) * s),
        lambda s, y: (2 - _TWEEDIE) * np.exp((2 - _TWEEDIE) * s) - (1 - _TWEEDIE) * y * np.exp((1 - _TWEEDIE) * s),
        rate=True,
    ),
}


class _Regression:
    """A loss of one score."""

    def __init__(self, name: str, label: npt.NDArray[Any], weight: Floats) -> None:
        self._form, self._name = _FORMS[name], name
        self.classes: list[Any] = []
        target = self.target(label)
        mean = float(np.average(target, weights=weight))
        if self._form.rate and mean <= 0:
            raise BadLabel(f"all labels are zero; the objective {name} needs some above")
        self.base = [float(np.log(mean)) if self._form.rate else mean]

    def target(self, label: npt.NDArray[Any]) -> Floats:
        numbers = _numbers(label)
        if self._form.rate and np.any(numbers < 0):
            raise BadLabel(
                f"the label has negative values; the objective {self._name} takes counts and amounts from zero",
                hint="Choose the objective squared, or another label.",
            )
        return numbers

    def gradients(self, score: Floats, target: Floats) -> tuple[Floats, Floats]:
        s, y = self._bounded(score), target[:, None]
        return self._form.gradient(s, y), np.maximum(self._form.curvature(s, y), _LEAST)

    def loss(self, score: Floats, target: Floats) -> Floats:
        return self._form.loss(self._bounded(score)[:, 0], target)

    def _bounded(self, score: Floats) -> Floats:
        return np.clip(score, -_RATE_RANGE, _RATE_RANGE) if self._form.rate else score


def _numbers(label: npt.NDArray[Any]) -> Floats:
    if label.dtype.kind not in "iufb":
        raise BadLabel("the label is no number", hint="Choose the objective softmax for a label of text.")
    present(label)
    return label.astype(np.float64)


def _log_total(score: Floats) -> Floats:
    top = score.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(score - top).sum(axis=1, keepdims=True)))
