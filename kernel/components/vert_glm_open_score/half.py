"""What both halves keep and do: own weights, the way down, and the state of a checkpoint."""

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score import scales
from kernel.components.vert_glm_open_score.columns import Columns
from kernel.components.vert_glm_open_score.spec import Params
from kernel.core import Context
from kernel.core.errors import BadParameters, BadPayload, NotConverged, OutOfRange
from kernel.core.wire import pack, unpack
from kernel.ml.glm import FAMILIES
from kernel.ml.optimiser import Adam, Momentum, Optimiser, Preconditioned, shrunk
from kernel.ml.scoring import FRAC_BITS

Floats = npt.NDArray[np.float64]
_SCORE_BITS = 40  # |score| < 2^16
_LARGEST_WEIGHT = 2.0**10
_HEAD = struct.Struct(">I")


class Weights:
    """A party's own weights, moved by its own optimiser.

    Parameters
    ----------
    penalised
        1 for each weight with a penalty, 0 for the intercept.
    """

    def __init__(self, size: int, penalised: Floats, params: Params, optimiser: Optimiser) -> None:
        self.values = np.zeros(size)
        self._penalised, self._params, self._optimiser = penalised, params, optimiser

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

    def penalty(self) -> float:
        """Own part of the objective beside the loss."""
        params, values = self._params, self.values * self._penalised
        return float(params.l2 / 2 * values @ values + params.l1 * np.abs(values).sum())

    def dumps(self, epoch: int, losses: Sequence[float]) -> bytes:
        """Write a checkpoint."""
        arrays = [self.values, np.array(losses), *self._optimiser.state]
        return pack([_HEAD.pack(epoch), *(array.astype("<f8").tobytes() for array in arrays)])

    def loads(self, data: bytes) -> list[float]:
        """Read a checkpoint; returns the losses so far."""
        _, *arrays = [np.frombuffer(part, "<f8") if place else part for place, part in enumerate(unpack(data))]
        values, losses, *state = (np.array(array, dtype=np.float64) for array in arrays)
        if len(values) != len(self.values) or [len(a) for a in state] != [len(a) for a in self._optimiser.state]:
            raise BadPayload("a checkpoint of another shape")
        self.values, self._optimiser.state = values, state
        return [float(loss) for loss in losses]


def optimiser(ctx: Context, params: Params, columns: Columns, penalised: Floats) -> Optimiser:
    """Make the chosen one.

    Raises
    ------
    BadParameters
        Newton or an L1 penalty where it has no sense.
    """
    size = columns.blocks.n_columns
    if params.l1 and params.optimizer != "sgd":
        # Its proximal step is that of the plain gradient; with momentum or scaled steps it shrinks by another amount.
        raise BadParameters(f"l1: {params.optimizer} has no step for it", hint="Take sgd.")
    if params.optimizer == "adam":
        return Adam(size, params.learning_rate)
    if params.optimizer != "newton":
        return Momentum(size, params.learning_rate, 0.9 if params.optimizer == "momentum" else 0.0)
    curvature = FAMILIES[params.family].curvature
    if not curvature:
        raise BadParameters(f"optimizer: the curvature of {params.family} has no bound", hint="Take adam.")
    if params.batch_rows:
        raise BadParameters("optimizer: newton needs all rows in a step", hint="Take adam, or batch_rows 0.")
    bound = curvature * columns.gram() / columns.blocks.n_rows + np.diag(params.l2 * penalised + 1e-9)
    return Preconditioned(bound, params.epochs, len(ctx.parties), params.coupling)


def fixed(scores: Floats) -> npt.NDArray[np.int64]:
    """Own part of scores as it is sent.

    Raises
    ------
    OutOfRange
        A score is ±2^16 or beyond.
    """
    scaled = np.rint(scores * 2.0**FRAC_BITS)
    if not np.max(np.abs(scaled), initial=0.0) < 2.0**_SCORE_BITS:
        raise OutOfRange("a score is beyond ±2^16", public_detail=OutOfRange.title)
    return scaled.astype(np.int64)


def check_support(columns: Columns, names: Sequence[str], batch_rows: int) -> None:
    """Refuse columns in which too few rows stand out: the gradient would be about these rows.

    Raises
    ------
    BadParameters
        With the columns' names for ourselves.
    """
    n_rows = columns.blocks.n_rows
    share = min(1.0, batch_rows / n_rows) if batch_rows else 1.0
    thin = [name for name, rows in zip(names, columns.support().tolist(), strict=True) if rows * share < scales.SUPPORT]
    if thin:
        raise BadParameters(
            f"{', '.join(thin)}: fewer than {scales.SUPPORT} rows of a step differ from the commonest value",
            hint="Leave these columns out, or train with vert_lr, which shows no gradients.",
            public_detail="a column in which too few rows stand out",
        )
