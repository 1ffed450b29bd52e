"""Mathematics of a loss that is quadratic in the scores, which both owners of columns use."""

import math

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_coordinated.spec import Params
from kernel.core.errors import BadParameters
from kernel.crypto.fixed_point import FRAC_BITS
from kernel.ml.glm import LINEAR_FAMILIES, Family
from kernel.protocol.glm.scales import Layout

Floats = npt.NDArray[np.float64]
LOSS_FRAC = 32  # fractional bits of a summand of the mean loss, whose magnitude stays below 2^30
LOSS_BITS = 62


def family_of(params: Params) -> Family:
    """Choose the loss by the parameters.

    Raises
    ------
    BadParameters
        Several classes of a number.
    """
    if params.multi_class != "none" and params.family != "binary":
        raise BadParameters(f"multi_class: {params.family} has no classes", hint="Take binary, or none.")
    return LINEAR_FAMILIES[params.family]


def objective_of(params: Params) -> str:
    """Name the objective for scoring."""
    return params.family if params.multi_class == "none" else params.multi_class


def layout_of(family: Family, key_bits: int, *, single: bool) -> Layout:
    """Lay out residuals: d = c·z + e has so many fractional bits that c·z is the integer that stands for z."""
    frac_bits = FRAC_BITS - round(math.log2(family.curvature))
    return Layout.single(frac_bits) if single else Layout.packed(key_bits, frac_bits)


def loss_part(weights: Floats, gradient: Floats, at_zero: Floats) -> float:
    """Own summand of F(w) - F(0), F being the mean loss of a step's rows.

    F is quadratic: its gradient is Hw + g(0), so F(w) - F(0) = w'Hw/2 + w'g(0) = w'(g(w) + g(0))/2, a sum over the
    owners of weights.
    """
    return float(np.sum(weights * (gradient + at_zero)) / 2)
