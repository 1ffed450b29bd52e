"""Exact logistic regression by Newton's method, for comparison in the clear."""

import numpy as np
import numpy.typing as npt

from kernel.core.errors import NotConverged

Floats = npt.NDArray[np.float64]
_MAX_STEPS = 100


def fit(features: Floats, label: Floats, l2: float, tolerance: float = 1e-10) -> tuple[Floats, float]:
    """Minimise mean log loss + l2/2·|w|² (the intercept free); returns weights and intercept.

    Raises
    ------
    NotConverged
        After 100 damped Newton steps.
    """
    n = len(label)
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.array([l2] * features.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    value = _loss(design, label, weights, penalty)
    for _ in range(_MAX_STEPS):
        probability = sigmoid(design @ weights)
        gradient = design.T @ (probability - label) / n + penalty * weights
        if np.max(np.abs(gradient)) < tolerance:
            return weights[:-1], float(weights[-1])
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design / n + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while (moved := _loss(design, label, weights - size * step, penalty)) > value and size > tolerance:
            size /= 2
        weights, value = weights - size * step, moved
    raise NotConverged(f"logistic regression did not converge in {_MAX_STEPS} steps")


def sigmoid(score: Floats) -> Floats:
    """1 / (1 + e^-score), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(score / 2)))


def _loss(design: Floats, label: Floats, weights: Floats, penalty: Floats) -> float:
    score = design @ weights
    return float(np.mean(np.logaddexp(0, score) - label * score) + np.sum(penalty * weights**2) / 2)
