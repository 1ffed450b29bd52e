"""L-BFGS on inner products alone, for vectors that nobody has.

Nocedal and Wright, Numerical Optimization (2006), algorithm 7.4, in the metric of a preconditioner A: with gradients g,
directions d = A·g, and for each accepted step s = change of the weights, e = change of d, whoever knows the products of
the newest g with the newest d and the last few s and e has all others by subtraction: A is symmetric, and so
e·(change of g) follows too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Move:
    """A change of the weights, as a sum: of the newest d, and of each s and e, the oldest first.

    Parameters
    ----------
    slope
        Product with the newest gradient, negative: what the objective falls by at first.
    """

    d: float
    s: Floats
    e: Floats
    slope: float


class QuasiNewton:
    """One descent.

    Parameters
    ----------
    first
        Length of the first step along -d.
    """

    def __init__(self, first: float) -> None:
        self._first = first
        self._gd, self._move = 0.0, Move(0.0, np.zeros(0), np.zeros(0), 0.0)
        self._gs, self._ge = np.zeros(0), np.zeros(0)
        self._sy, self._ey = np.zeros((0, 0)), np.zeros((0, 0))  # s_i·y_j for i up to j; e_i·y_j, symmetric

    def move(self, gd: float, gs: Sequence[float], ge: Sequence[float], taken: float) -> Move:
        """Where to go from an accepted step.

        Parameters
        ----------
        gd
            The newest gradient times the newest d.
        gs, ge
            The same times the last s and e, the oldest first: the newest, and as many as count of those before.
        taken
            Part of the last move that was accepted.
        """
        if len(gs):
            self._remember(gd, np.asarray(gs, dtype=np.float64), np.asarray(ge, dtype=np.float64), taken)
        self._gd, self._gs, self._ge = gd, np.asarray(gs, dtype=np.float64), np.asarray(ge, dtype=np.float64)
        self._move = self._two_loops()
        return self._move

    def _remember(self, gd: float, gs: Floats, ge: Floats, taken: float) -> None:
        """Enter the newest change of the gradient, y."""
        kept = len(gs) - 1
        old = slice(len(self._gs) - kept, None)
        sy, ey = np.zeros((kept + 1, kept + 1)), np.zeros((kept + 1, kept + 1))
        sy[:kept, :kept], ey[:kept, :kept] = self._sy[old, old], self._ey[old, old]
        sy[:kept, kept] = gs[:kept] - self._gs[old]
        ey[:kept, kept] = ey[kept, :kept] = ge[:kept] - self._ge[old]
        sy[kept, kept] = gs[kept] - taken * self._move.slope
        ey[kept, kept] = 2 * ge[kept] - gd + self._gd
        self._sy, self._ey = sy, ey

    def _two_loops(self) -> Move:
        count = len(self._gs)
        along = np.diag(self._sy)
        used = [i for i in range(count) if along[i] > 0 and self._ey[i, i] > 0]
        scale = along[used[-1]] / self._ey[used[-1], used[-1]] if used else self._first
        a, s = np.zeros(count), np.zeros(count)
        for i in reversed(used):
            a[i] = (self._gs[i] - sum(a[j] * self._sy[i, j] for j in used if j > i)) / along[i]
        for i in used:
            product = scale * (self._ge[i] - self._ey[i] @ a) + sum(s[j] * self._sy[j, i] for j in used if j < i)
            s[i] = a[i] - product / along[i]
        slope = -(scale * (self._gd - self._ge @ a) + self._gs @ s)
        if not slope < 0:  # rounding, at the end: go straight down
            return Move(-scale, np.zeros(count), np.zeros(count), -scale * self._gd)
        return Move(-scale, -s, scale * a, float(slope))
