"""What both owners of columns do: read the arbiter's key, and the mathematics of a loss quadratic in the scores."""

import hashlib
import math

import numpy as np
import numpy.typing as npt

from kernel.core import Context, Message
from kernel.core.wire import said_by
from kernel.crypto.fixed_point import FRAC_BITS
from kernel.crypto.paillier import PublicKey
from kernel.ml.glm import Family
from kernel.protocol.glm.scales import Layout

Floats = npt.NDArray[np.float64]
LOSS_FRAC = 32  # fractional bits of a summand of the mean loss, whose magnitude stays below 2^30
LOSS_BITS = 62


def read_key(ctx: Context, message: Message, bits: int) -> tuple[PublicKey, bytes]:
    """Take the arbiter's public key; returns its hash too, for owners to compare."""
    data = ctx.recv(message, sender=ctx.arbiter)
    with said_by(ctx.arbiter):
        return PublicKey.loads(data, bits=bits), hashlib.sha256(data).digest()


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
