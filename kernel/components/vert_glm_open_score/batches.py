"""Which rows a step takes: the same at all parties without a message, and never so few that they give labels away."""

import hashlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score import scales
from kernel.core.errors import BadParameters
from kernel.crypto.prg import Stream


def n_batches(n_rows: int, batch_rows: int) -> int:
    """Count the steps of an epoch, each of `batch_rows` rows or a little more."""
    return max(1, n_rows // batch_rows) if batch_rows else 1


def batches(job: str, task: str, epoch: int, n_rows: int, batch_rows: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield ascending row numbers, step after step; each row once in an epoch.

    The order is no secret: it follows from the names of job and task and the number of the epoch.
    """
    count = n_batches(n_rows, batch_rows)
    if count == 1:
        yield np.arange(n_rows)
        return
    seed = hashlib.sha256(f"{job} {task} {epoch}".encode()).digest()
    order = np.argsort(Stream(seed, "batches").uint64(n_rows), kind="stable")
    for part in np.array_split(order, count):
        yield np.sort(part)


def check(n_rows: int, batch_rows: int, n_columns: int) -> None:
    """Refuse steps of too few rows for a provider of so many columns.

    Raises
    ------
    BadParameters
        With the number that is needed.
    """
    least = max(scales.FEWEST_ROWS, scales.ROWS_PER_COLUMN * n_columns)
    smallest = n_rows // n_batches(n_rows, batch_rows)
    if smallest < least:
        raise BadParameters(
            f"batch_rows: a step of {smallest} rows would give labels away to a provider of {n_columns} columns; "
            f"{least} are needed",
            hint="Take larger batches, more rows or fewer columns, or train with vert_lr, which shows no scores.",
            public_detail="batch_rows: a step of so few rows would give labels away",
        )
