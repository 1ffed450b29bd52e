"""Which rows a step takes: the same at all parties without a message, and never so few that they give rows away."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadParameters
from kernel.crypto.prg import Stream
from kernel.protocol.glm import scales


def n_batches(n_rows: int, batch_rows: int) -> int:
    """Count the steps of an epoch, each of `batch_rows` rows or a little more."""
    return max(1, n_rows // batch_rows) if batch_rows else 1


def batches(job: str, task: str, n_rows: int, batch_rows: int) -> list[npt.NDArray[np.int64]]:
    """Ascending row numbers of each step of an epoch; each row once.

    Which rows go together is no secret: it follows from the names of job and task. It stays the same in all epochs.
    Once weights hardly move, so do residuals, and each new grouping of rows would give an owner of columns new sums
    of the same residuals: after as many sums as there are rows it could solve for every row's, and so for labels.
    """
    count = n_batches(n_rows, batch_rows)
    if count == 1:
        return [np.arange(n_rows)]
    order = np.argsort(
        Stream(hashlib.sha256(f"{job} {task}".encode()).digest(), "batches").uint64(n_rows), kind="stable"
    )
    return [np.sort(part) for part in np.array_split(order, count)]


def check(n_rows: int, batch_rows: int, n_columns: int, of: str = "a provider") -> None:
    """Refuse steps of too few rows for a party of so many columns.

    Parameters
    ----------
    of
        Whose columns they are, in words.

    Raises
    ------
    BadParameters
        With the number that is needed.
    """
    least = _least(n_columns)
    smallest = n_rows // n_batches(n_rows, batch_rows)
    if smallest < least:
        raise BadParameters(
            f"batch_rows: a step of {smallest} rows would give labels away to {of} of {n_columns} columns; "
            f"{least} are needed",
            hint="Take larger batches, more rows or fewer columns, or train with vert_lr, which shows no gradients.",
            public_detail="batch_rows: a step of so few rows would give labels away",
        )


def counted(weights: npt.NDArray[np.float64]) -> float:
    """Count how many rows of one weight tell as much: (Σw)²/Σw², Kish's effective size."""
    total = float(np.sum(weights))
    return total * total / float(np.sum(weights * weights)) if total > 0 else 0.0


def check_weights(parts: Sequence[npt.NDArray[np.int64]], weights: npt.NDArray[np.float64], n_columns: int) -> None:
    """Refuse row weights by which a step is about few of its rows, whoever has most columns.

    Parameters
    ----------
    parts
        Rows of each step.
    weights
        Of all rows.

    Raises
    ------
    BadParameters
        With the number that is needed: a sum in which few rows count is a sum of few rows.
    """
    least = _least(n_columns)
    smallest = min(counted(weights[rows]) for rows in parts)
    if round(smallest, 6) < least:
        raise BadParameters(
            f"weight: by their weights the rows of a step count as {smallest:.0f}; {least} are needed",
            hint="Take weights that differ less, larger batches, more rows or fewer columns, or train with vert_lr.",
            public_detail="weight: by their weights too few rows of a step would count",
        )


def _least(n_columns: int) -> int:
    return max(scales.FEWEST_ROWS, scales.ROWS_PER_COLUMN * n_columns)
