"""Own summands of rows, where a bad row spoils no other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from common.errors import HanseError
from kernel.ml.scoring import columns_of_rows, raw_columns, score_part
from serving.domain.models import ModelPart

Ring = npt.NDArray[np.int64]


def score_rows(part: ModelPart, rows: Sequence[Mapping[str, Any]]) -> tuple[Ring, list[str]]:
    """Score rows of raw columns.

    Returns
    -------
    tuple
        Fixed-point summands (0 where there is a problem) and each row's problem, for our own people only.
    """
    names = raw_columns(part.content)
    try:
        return _scored(part, rows, names), [""] * len(rows)
    except (HanseError, ValueError, TypeError, OverflowError):
        # One by one now: which rows it is, and why, is worth the time.
        pass
    scores, problems = np.zeros(len(rows), dtype=np.int64), [""] * len(rows)
    for index, row in enumerate(rows):
        try:
            scores[index] = _scored(part, [row], names)[0]
        except HanseError as error:
            problems[index] = f"{error.title}: {error.detail}"
        except (ValueError, TypeError, OverflowError):
            wrong = ", ".join(_wrong(part, row, names))
            problems[index] = f"should be a number and is not: {wrong}" if wrong else "a number is too large"
    return scores, problems


def _wrong(part: ModelPart, row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Name the columns whose value is no number; those that are encoded by category may hold text."""
    texts = {step["column"] for step in part.content["pipeline"] if step["kind"] == "one_hot"}
    return [name for name in names if name not in texts and not _number(row.get(name))]


def _number(value: Any) -> bool:
    try:
        float(0 if value is None else value)
    except (ValueError, TypeError):
        return False
    except OverflowError:
        pass  # a number, too large for a float
    return True


def _scored(part: ModelPart, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Ring:
    if not rows:
        return np.zeros(0, dtype=np.int64)
    return score_part(part.kind, part.content, columns_of_rows(rows, names))
