"""The port behind which the kinds of models stand, for predict and for serving."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from kernel.ml.scoring import Columns, Outcome, Task

Array = npt.NDArray[Any]


class Part(Protocol):
    """One member's part of a model, read and checked, ready to score rows with. May travel to executors."""

    masked: ClassVar[bool]  # answers are summands: providers send `share(rows, masks)` in place of the rows

    @property
    def columns(self) -> Sequence[str]:
        """Own columns after the pipeline."""

    @property
    def raw_columns(self) -> Sequence[str]:
        """Columns that raw rows must have."""

    @property
    def text_columns(self) -> Collection[str]:
        """Raw columns that may hold any text."""

    @property
    def members(self) -> Sequence[str]:
        """Members that trained the model, the promoter first, where `combine` needs just these; otherwise empty."""

    @property
    def training(self) -> str:
        """Id of the training, which all its parts have; empty for those from before trainings had ids."""

    @property
    def task(self) -> Task:
        """What the model tells; the promoter's part knows."""

    def own(self, columns: Columns, n_rows: int, *, apply_pipeline: bool = True) -> Array:
        """Compute what this member contributes: an array whose first axis is rows.

        Parameters
        ----------
        columns
            Raw columns, or the model's own columns when `apply_pipeline` is false.

        Raises
        ------
        UnknownColumn, MissingValues, OutOfRange
            With the names of the columns, where there are any.
        """

    def noise(self, n_rows: int, token: Callable[[int], bytes]) -> Array:
        """Make rows that look like any others, for ids that nobody knows; `token(n)` gives n random bytes."""

    def write(self, rows: Array) -> bytes:
        """Write a provider's answer."""

    def read(self, answer: bytes, n_rows: int, member: str) -> Array:
        """Read what a provider's `write` wrote.

        Raises
        ------
        BadPayload
            It does not fit the rows or the model; `party` is the provider.
        """

    def combine(self, own: Array, answers: Mapping[str, Array]) -> npt.NDArray[np.float64]:
        """Make raw scores of the promoter's own rows and of the same rows of all providers, by member.

        Returns
        -------
        array, shape (n_rows, C)

        Raises
        ------
        BadPayload, BadParameters
            A member's answer does not fit, or a member of the model gave none.
        """

    def outcome(self, scores: npt.NDArray[np.float64]) -> Outcome:
        """Read raw scores: probabilities or predictions."""

    def bound(self, n_members: int) -> float:
        """Largest error of a raw score against exact arithmetic on the same parts."""
