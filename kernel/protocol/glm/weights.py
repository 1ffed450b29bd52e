"""A party's own weights: the way down, the proximal step, and the state of a checkpoint."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadParameters, BadPayload, NotConverged, OutOfRange
from kernel.core.wire import pack, unpack
from kernel.ml.optimiser import Adam, Momentum, Optimiser, Preconditioned, shrunk
from kernel.ml.scoring import FRAC_BITS
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.params import GlmParams

Floats = npt.NDArray[np.float64]
_SCORE_BITS = 40  # |score| < 2^16
_LARGEST_WEIGHT = 2.0**10


class Weights:
    """Moved by an optimiser of their own.

    Parameters
    ----------
    start
        Shape (columns, outputs).
    penalised
        1 for each column with a penalty, 0 for the intercept.
    """

    def __init__(self, start: Floats, penalised: Floats, params: GlmParams, optimiser: Optimiser) -> None:
        self.values = start
        self._penalised, self._params, self._optimiser = penalised[:, None], params, optimiser

    def move(self, gradient: Floats) -> None:
        """Go down the gradient of the mean loss, and of the own penalty.

        Raises
        ------
        NotConverged
            A weight left its range.
        """
        params = self._params
        moved = self.values + self._optimiser.move(gradient + params.l2 * self._penalised * self.values)
        if params.l1:
            moved = shrunk(moved, params.learning_rate * params.l1 * self._penalised)
        if not np.all(np.abs(moved) < _LARGEST_WEIGHT):
            raise NotConverged(
                "a weight left its range",
                hint="Standardise the columns, or take a smaller learning rate.",
                public_detail="A weight left its range.",
            )
        self.values = moved

    def dumps(self, losses: Sequence[float]) -> bytes:
        """Write a checkpoint."""
        arrays = [self.values, np.array(losses), *self._optimiser.state]
        return pack(array.astype("<f8").tobytes() for array in arrays)

    def loads(self, data: bytes) -> list[float]:
        """Read a checkpoint; returns the losses so far.

        Raises
        ------
        BadPayload
            It is of other columns or another optimiser.
        """
        values, losses, *state = (np.frombuffer(part, "<f8") for part in unpack(data))
        shapes = [self.values.shape, *(array.shape for array in self._optimiser.state)]
        if [array.size for array in (values, *state)] != [int(np.prod(shape)) for shape in shapes]:
            raise BadPayload("a checkpoint of another shape")
        self.values, *moments = (
            array.astype(np.float64).reshape(shape) for array, shape in zip((values, *state), shapes, strict=True)
        )
        self._optimiser.state = moments
        return [float(loss) for loss in losses]


def way_down(
    params: GlmParams, curvature: float, columns: Columns, penalised: Floats, n_outputs: int, n_owners: int
) -> Optimiser:
    """Make the chosen optimiser.

    Parameters
    ----------
    curvature
        Upper bound of the loss' second derivative in the scores; 0 where there is none.
    n_owners
        Parties with columns.

    Raises
    ------
    BadParameters
        Newton or an L1 penalty where it has no sense.
    """
    shape = (columns.blocks.n_columns, n_outputs)
    if params.l1 and params.optimizer != "sgd":
        # Its proximal step is that of the plain gradient; with momentum or scaled steps it shrinks by another amount.
        raise BadParameters(f"l1: {params.optimizer} has no step for it", hint="Take sgd.")
    if params.optimizer == "adam":
        return Adam(shape, params.learning_rate)
    if params.optimizer != "newton":
        return Momentum(shape, params.learning_rate, 0.9 if params.optimizer == "momentum" else 0.0)
    if not curvature:
        raise BadParameters(f"optimizer: the curvature of {params.family} has no bound", hint="Take adam.")
    if params.batch_rows:
        raise BadParameters("optimizer: newton needs all rows in a step", hint="Take adam, or batch_rows 0.")
    bound = curvature * columns.gram() / columns.blocks.n_rows + np.diag(params.l2 * penalised + 1e-9)
    return Preconditioned(bound, n_outputs, params.epochs, n_owners, params.coupling)


def fixed(scores: Floats) -> npt.NDArray[np.int64]:
    """Own part of scores as it is sent, open or encrypted.

    Raises
    ------
    OutOfRange
        A score is ±2^16 or beyond.
    """
    scaled = np.rint(scores * 2.0**FRAC_BITS)
    if not np.max(np.abs(scaled), initial=0.0) < 2.0**_SCORE_BITS:
        raise OutOfRange("a score is beyond ±2^16", public_detail=OutOfRange.title)
    return scaled.astype(np.int64)
