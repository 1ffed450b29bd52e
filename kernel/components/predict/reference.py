"""predict in the clear."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def score(parts: list[tuple[Floats, Floats]], intercept: float) -> Floats:
    """Sum of features·weights over members, plus the intercept."""
    return np.asarray(sum(features @ weights for features, weights in parts) + intercept)
