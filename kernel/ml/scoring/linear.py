"""Scorer of linear models: a summand of one score a row, or of one for each class."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload, MissingValues, OutOfRange, UnknownColumn
from kernel.ml.logistic import sigmoid
from kernel.ml.scoring.pipeline import Columns, numbers, prune, transform

FRAC_BITS = 24
_SCORE_BITS = 40  # |partial score| < 2^16
KINDS = ("vert_lr", "vert_linear", "vert_poisson", "vert_glm_open_score", "vert_glm_coordinated")


def raw_columns(content: Mapping[str, Any]) -> list[str]:
    """Columns that raw rows must have for this part."""
    return prune(content["pipeline"], content["columns"])[1]


def score_part(
    kind: str, content: Mapping[str, Any], columns: Columns, *, apply_pipeline: bool = True
) -> npt.NDArray[np.int64]:
    """Compute this member's summand of the linear predictor, in fixed point.

    Weights are a number a column, or for several classes a list of one for each class; so is what comes out a row.

    Parameters
    ----------
    columns
        Raw columns (`raw_columns`), or the model's own columns when `apply_pipeline` is false.

    Returns
    -------
    array of int64
        One a row; of several classes, whose weights are a list for each column, shape (n_rows, classes).

    Raises
    ------
    UnknownColumn, MissingValues, OutOfRange
        With the names of the columns, where there are any.
    """
    if kind not in KINDS:
        raise BadPayload(f"no scorer for models of kind {kind!r}", hint="Update Hanse at this member.")
    if apply_pipeline:
        columns = transform(columns, content["pipeline"])
    names = content["columns"]
    absent = [name for name in names if name not in columns]
    if absent:
        raise UnknownColumn(f"the model needs the columns {', '.join(absent)}")
    features = np.column_stack([numbers(columns[name]) for name in names])
    holes = [name for name, column in zip(names, features.T, strict=True) if not np.isfinite(column).all()]
    if holes:
        raise MissingValues(", ".join(holes), public_detail=MissingValues.title)
    score = features @ np.array(content["weights"]) + np.array(content.get("intercept", 0.0))
    scaled = np.rint(score * 2.0**FRAC_BITS)
    if np.max(np.abs(scaled), initial=0.0) >= 2.0**_SCORE_BITS:
        raise OutOfRange("a score is beyond ±2^16", public_detail=OutOfRange.title)
    return np.asarray(scaled, dtype=np.int64)


def probability(score: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probability of the positive class."""
    return sigmoid(score)
