"""vert_glm_open_score in the clear: Newton's method on the pooled columns."""

import numpy as np
import numpy.typing as npt

from kernel.ml.glm import FAMILIES

Floats = npt.NDArray[np.float64]
_STEPS = 100


def fit(features: Floats, label: Floats, family: str, l2: float, weights: Floats | None = None) -> tuple[Floats, float]:
    """Minimise the weighted mean loss + l2/2·|w|², the intercept free; returns weights and intercept."""
    n = len(label)
    rows = np.ones(n) if weights is None else weights * n / weights.sum()
    design = np.hstack([features, np.ones((n, 1))])
    penalty = np.array([l2] * features.shape[1] + [0.0])
    found = np.zeros(design.shape[1])
    mean = FAMILIES[family].mean
    for _ in range(_STEPS):
        score = design @ found
        slope = (mean(score + 1e-5) - mean(score - 1e-5)) / 2e-5
        gradient = design.T @ (rows * (mean(score) - label)) / n + penalty * found
        curvature = (design * (rows * slope)[:, None]).T @ design / n + np.diag(penalty)
        found = found - np.linalg.solve(curvature, gradient)
    return found[:-1], float(found[-1])
