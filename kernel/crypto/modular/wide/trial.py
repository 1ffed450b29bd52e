"""A trial of all kernels, before numbers that matter are entrusted to them.

They are compiled on the machine where they run: by its numba, for its processor, from its cache. What fails there shall
fail here.
"""

import numpy as np

from kernel.crypto.modular.arithmetic import Arithmetic, Bytes, to_bytes
from kernel.crypto.modular.portable import Portable
from kernel.crypto.modular.wide.arithmetic import Wide

_MODULUS = 5**223  # just below a quarter of R = 2^520, so that some results need their last reduction
_WIDTH = 65


def passes() -> bool:
    """Tell whether the kernels give the numbers that gmpy2 gives; raises whatever compiling them raises."""
    return np.array_equal(_answers(Wide(_MODULUS)), _answers(Portable(_MODULUS)))


def _answers(numbers: Arithmetic) -> Bytes:
    data = to_bytes([_MODULUS - 1, *(3**power for power in range(1, 313, 8))], _WIDTH)
    values, count = numbers.load(data), len(data)
    every, start = np.arange(count), np.array([0, 5, 2])
    found = [
        numbers.add(values, values[::-1]),
        numbers.multiply(values, values[::-1]),
        numbers.power(values, _MODULUS - 2),
        numbers.powers(values, every.astype(np.uint64)),
        numbers.segments(values, every[::-1], start, np.array([count, 5, 9])),
        numbers.weighted(values.reshape((2, count // 2, *values.shape[1:]))),
    ]
    return np.concatenate([numbers.combine(data, data[::-1]), *(numbers.store(each, _WIDTH) for each in found)])
