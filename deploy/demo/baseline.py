"""What the federation is compared with; only a demo that owns all members' files may do this.

Labels y are 0 or 1, z = X·w + b. Two objectives, both with ½·λ·‖w‖² and no penalty on the intercept b: the logistic
loss, and the one that vert_lr minimises, mean(ln 2 + (½ − y)·z + z²/8), whose gradient factor is d = ¼·z + ½ − y.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
_STEPS, _TOLERANCE = 50, 1e-10


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of standardised columns, last the intercept."""

    mean: Array
    std: Array
    weights: Array

    def score(self, x: Array) -> Array:
        """Linear predictor of raw rows."""
        return _design((x - self.mean) / self.std) @ self.weights


def fit_linear_sigmoid(x: Array, y: Array, l2: float) -> Fit:
    """Exact optimum of vert_lr's objective: one linear system."""
    mean, std = x.mean(axis=0), x.std(axis=0)
    design = _design((x - mean) / std)
    penalty = np.diag([l2] * x.shape[1] + [0.0])
    weights = np.linalg.solve(design.T @ design / (4 * len(y)) + penalty, design.T @ (y - 0.5) / len(y))
    return Fit(mean, std, weights)


def fit_logistic(x: Array, y: Array, l2: float) -> Fit:
    """Exact logistic regression by Newton's method, to convergence."""
    mean, std = x.mean(axis=0), x.std(axis=0)
    design = _design((x - mean) / std)
    penalty = np.array([l2] * x.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (p - y) / len(y) + penalty * weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design / len(y) + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < _TOLERANCE:
            return Fit(mean, std, weights)
    raise ArithmeticError("logistic regression did not converge")


def auc_ks(score: Array, y: Array) -> tuple[float, float]:
    """Area under the ROC curve and Kolmogorov–Smirnov statistic; ties count half."""
    order = np.argsort(-score, kind="stable")
    score, y = score[order], y[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(y) - 1)
    tpr = np.concatenate([[0.0], np.cumsum(y)[last] / y.sum()])
    fpr = np.concatenate([[0.0], np.cumsum(1 - y)[last] / (1 - y).sum()])
    return float(np.trapezoid(tpr, fpr)), float(np.max(tpr - fpr))


def _design(x: Array) -> Array:
    return np.hstack([x, np.ones((len(x), 1))])
