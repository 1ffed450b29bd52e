"""Fixed-point numbers in the ring 2^64, and additive shares of them.

A number x is encoded as round(x·2^frac_bits). Two shares u + v = x (mod 2^64), taken as signed integers, add up to x
over the integers unless they wrap, which for uniform u happens with probability |x|/2^64. Products of such lifted
shares are computed over the integers, so each side may truncate its part alone: the sum is off by at most one unit in
the last place. With |x| < 2^30 the probability of a wrong lift is below 2^-34; a wrong lift makes values leave their
range, which the final checks of the protocols report.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto.ring import Ring

FRAC_BITS = 24  # of weights and scores
RING_BITS = 64


def encode(values: npt.NDArray[np.float64], frac_bits: int, max_bits: int) -> npt.NDArray[np.int64]:
    """Encode reals as signed integers.

    Raises
    ------
    OutOfRange
        A value is not finite, or its encoding needs more than `max_bits` bits and a sign.
    """
    scaled = np.rint(np.asarray(values, dtype=np.float64) * 2.0**frac_bits)
    if not np.all(np.isfinite(scaled)):
        raise OutOfRange("a value is missing or not finite")
    if scaled.size and np.max(np.abs(scaled)) >= 2.0**max_bits:
        raise OutOfRange(f"a value is beyond ±{2.0 ** (max_bits - frac_bits):g}")
    return scaled.astype(np.int64)


def decode(values: npt.NDArray[np.int64], frac_bits: int) -> npt.NDArray[np.float64]:
    """Decode signed ring elements."""
    return np.asarray(values, dtype=np.int64).astype(np.float64) * 2.0**-frac_bits


def signed(value: int, bits: int = RING_BITS) -> int:
    """Return the representative of `value` modulo 2^bits in [-2^(bits-1), 2^(bits-1))."""
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half


def lift(values: Iterable[int], bits: int = RING_BITS) -> list[int]:
    """Signed representatives of many elements."""
    return Ring(1 << bits).lift(values)


def reconstruct(first: Sequence[int], second: Sequence[int], bits: int = RING_BITS) -> list[int]:
    """Open two additive shares."""
    return [signed(a + b, bits) for a, b in zip(first, second, strict=True)]


def dump_ring(values: Iterable[int], bits: int) -> bytes:
    """Write elements modulo 2^bits; see `Ring.dump`."""
    return Ring(1 << bits).dump(values)


def load_ring(data: bytes, bits: int, count: int | None = None) -> list[int]:
    """Read what `dump_ring` wrote; see `Ring.load`."""
    return Ring(1 << bits).load(data, count)
