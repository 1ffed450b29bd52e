"""The columns of a table of predictions, by what the model tells."""

from typing import Any

import numpy as np
import pyarrow as pa

from kernel.ml.scoring import Outcome, Task


def columns(outcome: Outcome) -> dict[str, Any]:
    """Make the columns.

    Two classes: `score` (log odds) and `probability` of the second one. Several: `probability=<class>` of each, and
    `prediction`, the likeliest. A regression: `prediction`.
    """
    if outcome.task is Task.BINARY:
        return {"score": outcome.scores[:, 0], "probability": outcome.probabilities[:, 1]}
    if outcome.task is Task.REGRESSION:
        return {"prediction": outcome.values}
    made: dict[str, Any] = {
        f"probability={name}": chance for name, chance in zip(outcome.labels, outcome.probabilities.T, strict=True)
    }
    classes = pa.array(outcome.classes if _alike(outcome.classes) else outcome.labels)
    return made | {"prediction": classes.take(pa.array(outcome.predicted().astype(np.int64)))}


def _alike(classes: tuple[Any, ...]) -> bool:
    """Whether all classes are of one kind: numbers, or texts."""
    return len({isinstance(name, str) for name in classes}) == 1
