"""Generalised linear models: what a label may be, what scores say of it, and how far the two are apart.

McCullagh and Nelder, Generalized Linear Models (1989), chapter 2, with canonical links: the derivative of the loss in
the score is mean(score) - label for every family. Scores and targets have shape (n_rows, C): one output, or one for
each class of a label with several.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel, NotConverged
from kernel.ml.logistic import sigmoid
from kernel.ml.scoring.outcome import softmax

Floats = npt.NDArray[np.float64]
_LARGEST_SCORE = 30.0  # of a log link; beyond it a step has gone astray


@dataclass(frozen=True)
class Family:
    """A distribution of the label with its canonical link.

    Parameters
    ----------
    mean, loss
        Of scores: the expected target; of scores and targets: the negative log-likelihood, whose sum over the outputs
        is that of a row, without terms of the label alone.
    curvature
        Upper bound of the second derivative of the loss in the scores; 0 where there is none.
    holds, problem
        Whether a label will do; what to say if not.
    """

    mean: Callable[[Floats], Floats]
    loss: Callable[[Floats, Floats], Floats]
    curvature: float
    holds: Callable[[Floats], bool]
    problem: str

    def check(self, label: Floats) -> None:
        """Refuse labels that the family does not have.

        Raises
        ------
        BadLabel
            With what is wanted.
        """
        if not self.holds(label):
            raise BadLabel(self.problem, public_detail=BadLabel.title)


def _exp(score: Floats) -> Floats:
    if np.max(score, initial=0.0) > _LARGEST_SCORE:
        raise NotConverged(
            f"a score is beyond {_LARGEST_SCORE:g}, its exponential is out of range",
            hint="Take a smaller learning rate.",
        )
    return np.asarray(np.exp(score))


def _cross_entropy(score: Floats, target: Floats) -> Floats:
    """Of targets that add up to one over the outputs."""
    highest = score.max(axis=1, keepdims=True)
    total = highest + np.log(np.exp(score - highest).sum(axis=1, keepdims=True))
    return np.asarray(target * (total - score))


def _two_classes(label: Floats) -> bool:
    return set(np.unique(label).tolist()) == {0.0, 1.0}


def _not_constant(label: Floats) -> bool:
    return bool(np.ptp(label) > 0)


_ZEROS_AND_ONES = "the label must be zeros and ones, and both of them occur"
_NUMBERS = "the label must be numbers that are not all the same"
FAMILIES = {
    # Böhning and Lindsay (1988): the logistic curvature is at most a quarter.
    "binary": Family(
        sigmoid,
        lambda score, target: np.logaddexp(0, score) - target * score,
        0.25,
        _two_classes,
        problem=_ZEROS_AND_ONES,
    ),
    # Böhning (1992): that of several classes is at most (I - 11'/C)/2, and so at most a half.
    "softmax": Family(softmax, _cross_entropy, 0.5, _not_constant, problem="the label must have two classes or more"),
    "squared": Family(
        lambda score: score,
        lambda score, target: (score - target) ** 2 / 2,
        1.0,
        _not_constant,
        problem=_NUMBERS,
    ),
    "poisson": Family(
        _exp,
        lambda score, target: _exp(score) - target * score,
        0.0,
        lambda label: bool(np.all(label >= 0) and np.all(label == np.rint(label)) and np.any(label > 0)),
        problem="the label must be counts 0, 1, 2, ..., not all of them zero",
    ),
}

#: The same with means that are linear in the score, so that they can be had of encrypted scores. The logistic one is
#: the second-order expansion of the log loss around z = 0 (Hardy et al. 2017, section 4.2): mean z/4 + 1/2.
LINEAR_FAMILIES = {
    "binary": Family(
        lambda score: score / 4 + 0.5,
        lambda score, target: math.log(2) + (0.5 - target) * score + score**2 / 8,
        0.25,
        _two_classes,
        problem=_ZEROS_AND_ONES,
    ),
    "squared": FAMILIES["squared"],
}

_NEWTON_STEPS, _SMALL = 100, 1e-5


def optimum(family: Family, features: Floats, target: Floats, l2: float, row_weights: Floats | None = None) -> Floats:
    """Minimise the weighted mean loss + l2/2·|w|², the intercepts free, by Newton's method: the oracle of tests.

    Parameters
    ----------
    target
        Shape (n_rows, C).
    row_weights
        Shape (n_rows,), of any total.

    Returns
    -------
    array, shape (n_columns + 1, C)
        Weights, the intercepts last. Where the loss leaves a direction free (softmax: the same added to all
        intercepts) the shortest step is taken.
    """
    (n, width), outputs = features.shape, target.shape[1]
    rows = np.ones(n) if row_weights is None else row_weights * n / row_weights.sum()
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.append(np.full(width, l2), 0.0)
    found = np.zeros((width + 1, outputs))
    for _ in range(_NEWTON_STEPS):
        score = design @ found
        gradient = design.T @ (rows[:, None] * (family.mean(score) - target)) / n + penalty[:, None] * found
        curvature = np.kron(np.eye(outputs), np.diag(penalty)).reshape(outputs, width + 1, outputs, width + 1)
        for output in range(outputs):
            small = _SMALL * np.eye(outputs)[output]
            slope = (family.mean(score + small) - family.mean(score - small)) / (2 * _SMALL)
            for other in range(outputs):
                curvature[other, :, output] += (design * (rows * slope[:, other])[:, None]).T @ design / n
        size = outputs * (width + 1)
        step = np.linalg.lstsq(curvature.reshape(size, size), gradient.T.ravel(), rcond=1e-9)[0]
        found = found - step.reshape(outputs, width + 1).T
        if np.max(np.abs(step)) < _SMALL**2:
            break
    return found
