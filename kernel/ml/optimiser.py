"""Ways to go down a gradient. Each keeps its state in arrays, so that a checkpoint can carry it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kernel.ml.linear import chebyshev

Floats = npt.NDArray[np.float64]
Shape = tuple[int, int]  # weights, outputs


class Optimiser(Protocol):
    """One party's own: a function of the gradients that it has seen."""

    state: list[Floats]

    def move(self, gradient: Floats) -> Floats:
        """Return what is to be added to the weights."""


class Momentum:
    """Heavy ball (Polyak 1964): plain gradient descent without momentum."""

    def __init__(self, shape: Shape, rate: float, momentum: float) -> None:
        self._rate, self._momentum = rate, momentum
        self.state = [np.zeros(shape)]

    def move(self, gradient: Floats) -> Floats:
        """See `Optimiser.move`."""
        self.state = [self._momentum * self.state[0] - self._rate * gradient]
        return self.state[0]


class Adam:
    """Kingma and Ba, ICLR 2015, algorithm 1."""

    def __init__(self, shape: Shape, rate: float) -> None:
        self._rate = rate
        self.state = [np.zeros(shape), np.zeros(shape), np.zeros(1)]  # first moment, second moment, steps

    def move(self, gradient: Floats) -> Floats:
        """See `Optimiser.move`."""
        first, second, steps = self.state
        first, second, steps = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2, steps + 1
        self.state = [first, second, steps]
        corrected = np.sqrt(second / (1 - 0.999 ** steps[0]))
        return np.asarray(-self._rate * (first / (1 - 0.9 ** steps[0])) / (corrected + 1e-8))


class Preconditioned:
    """Chebyshev's iteration on gradients multiplied by an upper bound of the own curvature, inverted.

    Parameters
    ----------
    bound
        Symmetric and positive definite; no curvature in the own weights of an output exceeds it.
    most, parties, coupling
        Number of steps; the preconditioned curvature of all parties lies between `coupling` and `parties` (block
        Jacobi).
    """

    def __init__(self, bound: Floats, n_outputs: int, most: int, parties: int, coupling: float) -> None:
        self._inverse = np.linalg.inv(bound)
        self._rates: Sequence[tuple[float, float]] = chebyshev(most, coupling, float(parties))
        self.state = [np.zeros((len(bound), n_outputs)), np.zeros(1)]  # last move, steps

    def move(self, gradient: Floats) -> Floats:
        """See `Optimiser.move`."""
        last, steps = self.state
        momentum, rate = self._rates[min(int(steps[0]), len(self._rates) - 1)]
        self.state = [momentum * last - rate * (self._inverse @ gradient), steps + 1]
        return self.state[0]


def shrunk(weights: Floats, by: Floats) -> Floats:
    """Soft threshold: the proximal step of an L1 penalty."""
    return np.asarray(np.sign(weights) * np.maximum(np.abs(weights) - by, 0.0))
