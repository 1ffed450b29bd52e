"""What own rows give, where a bad row spoils no other; and what the model tells of rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from common.errors import HanseError
from kernel.ml.scoring import Outcome, Task, columns_of_rows
from kernel.protocol.scoring import Part
from serving.domain.models import Score

Array = npt.NDArray[Any]


def score_rows(part: Part, rows: Sequence[Mapping[str, Any]]) -> tuple[Array, list[str]]:
    """Compute what the part gives for rows of raw columns.

    Returns
    -------
    tuple
        The array of `Part.own` (zeros where there is a problem) and each row's problem, for our own people only.
    """
    try:
        return _own(part, rows), [""] * len(rows)
    except (HanseError, ValueError, TypeError, OverflowError):
        # One by one now: which rows it is, and why, is worth the time.
        pass
    nothing, problems = _own(part, []), [""] * len(rows)
    made = np.zeros((len(rows), *nothing.shape[1:]), dtype=nothing.dtype)
    for index, row in enumerate(rows):
        try:
            made[index] = _own(part, [row])[0]
        except HanseError as error:
            problems[index] = f"{error.title}: {error.detail}"
        except (ValueError, TypeError, OverflowError):
            wrong = ", ".join(_wrong(part, row))
            problems[index] = f"should be a number and is not: {wrong}" if wrong else "a number is too large"
    return made, problems


def scores_of(outcome: Outcome, ids: Sequence[str]) -> list[Score]:
    """Render what the model tells of rows, a `Score` each."""
    match outcome.task:
        case Task.BINARY:
            pairs = zip(outcome.scores[:, 0].tolist(), outcome.probabilities[:, 1].tolist(), strict=True)
            return [Score(name, score, chance) for name, (score, chance) in zip(ids, pairs, strict=True)]
        case Task.MULTICLASS:
            labels = outcome.labels
            found = zip(ids, outcome.probabilities.tolist(), outcome.predicted().tolist(), strict=True)
            return [
                Score(name, classes=tuple(zip(labels, chances, strict=True)), predicted=labels[best])
                for name, chances, best in found
            ]
        case Task.REGRESSION:
            pairs = zip(outcome.scores[:, 0].tolist(), outcome.values.tolist(), strict=True)
            return [Score(name, score, value=value) for name, (score, value) in zip(ids, pairs, strict=True)]


def _wrong(part: Part, row: Mapping[str, Any]) -> list[str]:
    """Name the columns whose value is no number, of those that may not hold text."""
    return [name for name in part.raw_columns if name not in part.text_columns and not _number(row.get(name))]


def _number(value: Any) -> bool:
    try:
        float(0 if value is None else value)
    except (ValueError, TypeError):
        return False
    except OverflowError:
        pass  # a number, too large for a float
    return True


def _own(part: Part, rows: Sequence[Mapping[str, Any]]) -> Array:
    return part.own(columns_of_rows(rows, part.raw_columns), len(rows))
