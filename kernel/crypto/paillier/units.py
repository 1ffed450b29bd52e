"""What a ciphertext from elsewhere must be: a unit below the modulus."""

import gmpy2
import numpy as np
import numpy.typing as npt
from gmpy2 import mpz

from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import Bytes, arithmetic, chosen


def check(data: Bytes, modulus: mpz, n: mpz) -> None:
    """Check numbers, at least one, as `Block` holds them; `n` has the prime factors of the modulus.

    Raises
    ------
    BadPayload
        One is the modulus or more, or has a factor in common with it.
    """
    if not np.all(_below(data, int(modulus))):
        raise BadPayload("a ciphertext out of range")
    if gmpy2.gcd(_product(data, n), n) != 1:
        raise BadPayload("a ciphertext that is not a unit")


def _below(data: Bytes, bound: int) -> npt.NDArray[np.bool_]:
    """Tell which rows are less than `bound`, by the first byte that differs."""
    limit = np.frombuffer(bound.to_bytes(data.shape[1], "big"), np.uint8)
    first = np.argmax(data != limit, axis=1)
    return np.asarray(data[np.arange(len(data)), first] < limit[first])


def _product(data: Bytes, n: mpz) -> int:
    """Multiply all modulo n: a single greatest common divisor tells of all of them."""
    numbers = arithmetic(int(n), chosen(len(data)))
    every = np.arange(len(data))
    product = numbers.segments(numbers.load(data), every, every[:1], every[-1:] + 1)
    return int.from_bytes(numbers.store(product, -(-n.bit_length() // 8)).tobytes(), "big")
