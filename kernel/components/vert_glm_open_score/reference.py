"""vert_glm_open_score in the clear: Newton's method on the pooled columns."""

import numpy as np
import numpy.typing as npt

from kernel.ml.glm import FAMILIES, optimum

Floats = npt.NDArray[np.float64]


def fit(features: Floats, label: Floats, family: str, l2: float, weights: Floats | None = None) -> tuple[Floats, float]:
    """Minimise the weighted mean loss + l2/2·|w|², the intercept free; returns weights and intercept."""
    found = optimum(FAMILIES[family], features, label[:, None], l2, weights)[:, 0]
    return found[:-1], float(found[-1])


def fit_classes(features: Floats, label: Floats, multi_class: str, l2: float) -> Floats:
    """Weights of each class, the intercepts last; shape (columns + 1, classes)."""
    target = (label[:, None] == np.unique(label)).astype(np.float64)
    return optimum(FAMILIES["softmax" if multi_class == "softmax" else "binary"], features, target, l2)
