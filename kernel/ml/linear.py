"""The objectives that vert_lr and vert_linear minimise, in the clear; and the step sizes that they use.

F(w, b) = mean(2·d²) - ½ + ln 2 + λ/2·|w|², with d = ¼z + ½ - y, z = Xw + b and y in {0, 1}: the second-order
expansion of the logistic loss around z = 0. The intercept is not penalised. Its gradient in w is X'd/n + λw.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def solve(features: Floats, label: Floats, l2: float) -> tuple[Floats, float]:
    """Exact minimum: weights and intercept, by the normal equations."""
    n = len(label)
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.diag([l2] * features.shape[1] + [0.0])
    solution = np.asarray(
        np.linalg.solve(design.T @ design / (4 * n) + penalty, design.T @ (label - 0.5) / n), dtype=np.float64
    )
    return solution[:-1], float(solution[-1])


def one_vs_rest(features: Floats, label: npt.NDArray[Any], l2: float) -> tuple[Floats, Floats]:
    """Exact minimum for each class of the label in ascending order; weights, columns × classes, and intercepts."""
    found = [solve(features, (label == value).astype(np.float64), l2) for value in np.unique(label)]
    return np.array([weights for weights, _ in found]).T, np.array([intercept for _, intercept in found])


def objective(features: Floats, label: Floats, weights: Floats, intercept: float, l2: float) -> float:
    """Value of F."""
    residual = (features @ weights + intercept) / 4 + 0.5 - label
    return float(2 * np.mean(residual**2) - 0.5 + math.log(2) + l2 / 2 * weights @ weights)


def ridge(features: Floats, label: Floats, l2: float, *, intercept: bool = True) -> tuple[Floats, float]:
    """Minimise mean((Xw + b - y)²)/2 + λ/2·|w|², the intercept b free or zero; returns weights and intercept."""
    n = len(label)
    means = features.mean(axis=0) if intercept else np.zeros(features.shape[1])
    mean = float(label.mean()) if intercept else 0.0
    centred = features - means
    weights = np.linalg.solve(centred.T @ centred / n + l2 * np.eye(len(means)), centred.T @ (label - mean) / n)
    return np.asarray(weights), mean - float(means @ weights)


def stages(most: int, high: float, low: float = 0.3) -> list[list[tuple[float, float]]]:
    """Chebyshev iterations for smallest eigenvalues from `low` down, each stage for one √10 times smaller.

    A stage divides the error that belongs to eigenvalues in [its low, high] by a thousand and leaves none larger than
    it was, so the first one that finds nothing to do tells that the stages before were enough.

    Parameters
    ----------
    most
        Iterations of all stages together; the last one is cut there.
    high
        Upper bound of the eigenvalues.
    """
    found: list[list[tuple[float, float]]] = []
    while most > 0:
        count = min(most, math.ceil(math.sqrt(high / low) * math.log(2 * _REDUCTION) / 2))
        found.append(chebyshev(count, low, high))
        most, low = most - count, low / math.sqrt(10)
    return found


_REDUCTION = 1000


def chebyshev(n_steps: int, low: float, high: float) -> list[tuple[float, float]]:
    """Coefficients (momentum, step) of the Chebyshev iteration (Saad, Iterative Methods, algorithm 12.1).

    The eigenvalues of the preconditioned problem lie in [low, high]; step t is Δ_t = momentum·Δ_(t-1) -
    step·(preconditioned gradient).
    """
    middle, radius = (high + low) / 2, (high - low) / 2
    sigma = middle / radius
    rho = 1 / sigma
    steps = [(0.0, 1 / middle)]
    for _ in range(n_steps - 1):
        following = 1 / (2 * sigma - rho)
        steps.append((following * rho, 2 * following / radius))
        rho = following
    return steps


PERIOD = 32.0
#: σ(z) - ½ ≈ Σ c·sin(2πkz/PERIOD), least squares on |z| < 11: off by 0.007 at most there, and bounded elsewhere.
HARMONICS = {1: 0.5987, 3: 0.1264, 5: 0.0358, 7: 0.0105}


def bounded_sigmoid(score: Floats) -> Floats:
    """Probability by the sum of sines; beyond |z| = 11 it falls away from 1 again, and at ±16 it is ½."""
    total = sum(c * np.sin(2 * np.pi * k / PERIOD * score) for k, c in HARMONICS.items())
    return np.asarray(0.5 + total)


def refine(
    features: Floats, label: Floats, l2: float, weights: Floats, intercept: float, n_steps: int
) -> tuple[Floats, float]:
    """Take steps from the linear optimum towards that of the log loss, with `bounded_sigmoid`.

    The preconditioner is the inverse of X'X/4n + λ, an upper bound of the Hessian (Böhning and Lindsay 1988), so the
    spectrum of the preconditioned problem ends at 1.
    """
    n = len(label)
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.array([l2] * features.shape[1] + [0.0])
    bound = np.linalg.inv(design.T @ design / (4 * n) + np.diag(penalty))
    found, step = np.append(weights, intercept), np.zeros(design.shape[1])
    for momentum, rate in chebyshev(n_steps, REFINE_LOW, 1.0):
        gradient = design.T @ (bounded_sigmoid(design @ found) - label) / n + penalty * found
        step = momentum * step - rate * bound @ gradient
        found = found + step
    return found[:-1], float(found[-1])


REFINE_LOW = 0.2
