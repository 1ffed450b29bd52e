"""standardise in the clear."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def scale(train: Floats, other: Floats) -> Floats:
    """Transform `other` with the mean and population standard deviation of `train`."""
    return np.asarray((other - train.mean(axis=0)) / train.std(axis=0))
