"""Gradients as integers: 30 bits below the power of two over the largest of a tree.

The scale is one for all rows and outputs of a tree, whatever objective and weights: a sum over n rows lies below
n·2^30, so the width of every field follows from the number of rows, and none can overflow.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import NotConverged

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
FRAC_BITS = 30


@dataclass(frozen=True)
class Quantised:
    """Gradients and curvatures of rows, (rows, 2·outputs): g₀ h₀ g₁ h₁ …; and the reals that 2^30 stands for."""

    values: Integers
    gradient_scale: float
    curvature_scale: float

    def real(self, sums: Integers) -> tuple[Floats, Floats]:
        """Read sums of gradients and of curvatures, (…, outputs) each, from (…, 2·outputs)."""
        unit = 2.0**-FRAC_BITS
        reals = sums.astype(np.float64)
        return reals[..., 0::2] * (self.gradient_scale * unit), reals[..., 1::2] * (self.curvature_scale * unit)


def quantise(gradients: Floats, curvatures: Floats) -> Quantised:
    """Round, (rows, outputs) each.

    Raises
    ------
    NotConverged
        One is not finite, or a curvature is negative.
    """
    if not (np.all(np.isfinite(gradients)) and np.all(np.isfinite(curvatures))) or np.any(curvatures < 0):
        raise NotConverged(
            "a gradient left its range",
            hint="Lower the learning rate, or check the label for extreme values.",
            public_detail="A gradient left its range.",
        )
    values = np.empty((len(gradients), 2 * gradients.shape[1]), dtype=np.int64)
    scales = []
    for place, reals in enumerate((gradients, curvatures)):
        scale = 2.0 ** np.ceil(np.log2(max(float(np.max(np.abs(reals), initial=0.0)), 2.0**-900)))
        values[:, place::2] = np.rint(reals / scale * 2.0**FRAC_BITS).astype(np.int64)
        scales.append(float(scale))
    return Quantised(values, *scales)
