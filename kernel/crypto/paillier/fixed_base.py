"""Powers of one base by a table: one multiplication per 8 bits of exponent."""

from collections.abc import Sequence

import numpy as np

from kernel.crypto.modular.arithmetic import Arithmetic, Residues, to_bytes

_WINDOW = 8
_HEIGHT = 1 << _WINDOW


class FixedBase:
    """base^e for many e below 2^exponent_bits."""

    def __init__(self, arithmetic: Arithmetic, base: int, exponent_bits: int) -> None:
        self._arithmetic = arithmetic
        self._rows = -(-exponent_bits // _WINDOW)
        step = arithmetic.load(to_bytes([base]))
        steps = [step]
        for _ in range(self._rows - 1):
            steps.append(arithmetic.power(steps[-1], _HEIGHT))
        bases = np.concatenate(steps)
        table = [np.repeat(arithmetic.load(to_bytes([1])), self._rows, axis=0), bases]
        for _ in range(_HEIGHT - 2):
            table.append(arithmetic.multiply(table[-1], bases))
        self._table = np.concatenate(table)  # digit after digit, each for all places

    def powers(self, exponents: Sequence[int]) -> Residues:
        """base^e for each exponent, 0 ≤ e < 2^exponent_bits."""
        digits = to_bytes(exponents)[:, ::-1].astype(np.int64)
        used = digits.shape[1]
        if used > self._rows:
            raise ValueError(f"an exponent of {used} digits, the table has {self._rows}")
        index = digits * self._rows + np.arange(used)
        start = np.arange(len(exponents)) * used
        return self._arithmetic.segments(self._table, index.ravel(), start, start + used)
