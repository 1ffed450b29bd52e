"""fill_missing in the clear."""

import numpy as np
import numpy.typing as npt


def stand_in(present: npt.NDArray[np.float64], strategy: str, value: float) -> float:
    """Find what replaces a missing number, from the present ones."""
    if strategy == "mean":
        return float(np.mean(present))
    return float(np.median(present)) if strategy == "median" else value
