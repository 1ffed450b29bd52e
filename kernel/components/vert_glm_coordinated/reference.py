"""vert_glm_coordinated in the clear: the minimum of a quadratic function of the pooled columns."""

import numpy as np
import numpy.typing as npt

from kernel.ml.glm import LINEAR_FAMILIES, optimum

Floats = npt.NDArray[np.float64]


def fit(features: Floats, label: Floats, family: str, l2: float, weights: Floats | None = None) -> tuple[Floats, float]:
    """Minimise the weighted mean loss + l2/2·|w|², the intercept free; returns weights and intercept."""
    found = optimum(LINEAR_FAMILIES[family], features, label[:, None], l2, weights)[:, 0]
    return found[:-1], float(found[-1])


def fit_classes(features: Floats, label: Floats, l2: float) -> Floats:
    """Weights of each class against the rest, the intercepts last; shape (columns + 1, classes)."""
    target = (label[:, None] == np.unique(label)).astype(np.float64)
    return optimum(LINEAR_FAMILIES["binary"], features, target, l2)
