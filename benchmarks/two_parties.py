"""Two parties' aligned rows, drawn alike for every benchmark of training, and a clock of what they keep."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.testing.parties import MemoryCheckpoint, Sample

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
PATIENCE_S = 3600.0  # a level of a million rows takes minutes


def data(n_rows: int, n_columns: int) -> tuple[Floats, Integers]:
    """Draw normal columns, and a label that all of them have a part in."""
    rng = np.random.default_rng(1)
    features = rng.normal(size=(n_rows, n_columns))
    score = features.sum(axis=1) + features[:, 0] * features[:, -1]
    return features, (score + rng.logistic(size=n_rows) > 0).astype(np.int64)


def inputs(own: Floats, theirs: Floats, label: Integers) -> dict[str, dict[str, Sample]]:
    """Tables of a promoter and a provider."""
    ids = [f"c{row}" for row in range(len(label))]
    bank: dict[str, Any] = {"id": ids, "y": label} | {f"b{place}": column for place, column in enumerate(own.T)}
    bureau: dict[str, Any] = {"id": ids} | {f"p{place}": column for place, column in enumerate(theirs.T)}
    return {"bank": {"train": Sample(bank, "id", "y")}, "bureau": {"train": Sample(bureau, "id")}}


class Clock(MemoryCheckpoint):
    """Notes when a party has done a step, which is what it keeps in the step's place.

    Parameters
    ----------
    now
        Seconds.
    done
        Called with each step.
    """

    def __init__(self, now: Callable[[], float], done: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self._now, self._done = now, done
        self.at: dict[int, float] = {}

    def save(self, step: int, state: bytes) -> None:
        """Note the time; nothing can go on from it."""
        del state
        self.at[step] = self._now()
        self._done(step)

    @property
    def seconds(self) -> list[float]:
        """Between each two steps."""
        return [after - before for before, after in itertools.pairwise(self.at.values())]
