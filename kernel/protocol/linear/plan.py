"""Numbers of a training run: penalty, preconditioner and step sizes, as integers that both holders apply alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.protocol.linear import scales
from kernel.protocol.linear.state import Shares

Floats = npt.NDArray[np.float64]
_MOMENTUM_BITS = 30
_RATE_BITS = 60


@dataclass(frozen=True)
class Plan:
    """L2 penalty and the (momentum, step) pairs of the Chebyshev iteration."""

    l2: float
    rates: Sequence[tuple[float, float]]
    own_intercept: bool  # whether our own last weight is the intercept

    def preconditioner(self, gram: Floats, n_rows: int) -> list[list[int]]:
        """(X'X/4n + λI)⁻¹ of our own columns with FRAC_PRECONDITIONER fractional bits.

        Raises
        ------
        OutOfRange
            Columns so nearly dependent that the penalty cannot hold them.
        """
        penalty = np.full(len(gram), self.l2)
        if self.own_intercept:
            penalty[-1] = 0.0
        inverse = np.linalg.inv(gram / (4 * n_rows) + np.diag(penalty))
        scaled = (inverse + inverse.T) / 2 * 2.0**scales.FRAC_PRECONDITIONER
        if not np.all(np.abs(scaled) < 2.0**scales.PRECONDITIONER_BITS):
            raise OutOfRange("columns are linearly dependent", hint="Leave one of them out or raise the L2 penalty.")
        return [[round(value) for value in row] for row in scaled.tolist()]

    def penalised(self, gradient: Sequence[int], weights: Sequence[int], n_rows: int, *, intercept: bool) -> list[int]:
        """T = G + 4nλ·w on shares; an intercept, the last weight, is not penalised."""
        factor = round(4 * n_rows * self.l2 * 2.0 ** (scales.FRAC_GRADIENT - scales.FRAC_WEIGHT))
        last = len(weights) - 1 if intercept else len(weights)
        return [
            value + (factor * weight if index < last else 0)
            for index, (value, weight) in enumerate(zip(gradient, weights, strict=False))
        ]

    def move(self, shares: Shares, direction: list[int], iteration: int, n_rows: int) -> None:
        """Move shares by one step along shares of P·T."""
        momentum, rate = self.rates[iteration]
        shift = scales.FRAC_PRECONDITIONER + scales.FRAC_GRADIENT - scales.FRAC_WEIGHT
        shares.move(
            direction,
            round(momentum * 2**_MOMENTUM_BITS),
            round(rate * 2**_RATE_BITS / (4 * n_rows)),
            _MOMENTUM_BITS,
            shift + _RATE_BITS,
        )
