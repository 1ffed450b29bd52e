"""What raw scores mean: probabilities of classes, or a value, by the objective that a model was trained for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.ml.logistic import sigmoid
from kernel.ml.scoring.pipeline import category

Floats = npt.NDArray[np.float64]
_MOST_EXPONENT = 700.0  # e^709 is the greatest float


class Task(StrEnum):
    """What a model tells of a row."""

    BINARY = "binary"  # the log odds of two classes
    MULTICLASS = "multiclass"  # a probability of each class
    REGRESSION = "regression"  # a number


def _identity(score: Floats) -> Floats:
    return score


def _exponential(score: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(score, _MOST_EXPONENT)))


#: Objectives of regressions, and what makes a prediction of a score.
LINKS: dict[str, Callable[[Floats], Floats]] = {
    "squared": _identity,
    "huber": _identity,
    "poisson": _exponential,
    "tweedie": _exponential,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model says of some rows.

    Parameters
    ----------
    task
        Which of the fields count.
    classes
        Values of the label in the order of the classes; empty in a regression.
    scores
        Raw, shape (n_rows, C).
    probabilities
        Shape (n_rows, classes); no columns in a regression. The second of two classes is the positive one.
    values
        A regression's predictions, shape (n_rows,); zeros otherwise.
    """

    task: Task
    classes: tuple[str | float | bool, ...]
    scores: Floats
    probabilities: Floats
    values: Floats

    @property
    def labels(self) -> list[str]:
        """Classes as texts; whole numbers without a point."""
        return [str(category(name)) for name in self.classes]

    def predicted(self) -> npt.NDArray[np.int64]:
        """Place of each row's likeliest class, the first of equals."""
        return np.asarray(np.argmax(self.probabilities, axis=1), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Objective:
    """A model's objective and its classes."""

    name: str
    classes: tuple[str | float | bool, ...] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Objective":
        """Read them from a promoter's content.

        Raises
        ------
        BadPayload
            An unknown objective, or classes and outputs that do not fit it.
        """
        name, classes, base = content["objective"], tuple(content["classes"]), content["base_score"]
        if name not in {"binary", *PER_CLASS, *LINKS}:
            hint = "Update Hanse at this member."
            raise BadPayload(f"no scorer for the objective {name!r}", hint=hint)
        outputs = len(classes) if name in PER_CLASS else 1
        fits = len(classes) >= 2 if name in PER_CLASS else len(classes) == (2 if name == "binary" else 0)  # noqa: PLR2004
        if len(base) != outputs or not fits or len(set(classes)) != len(classes) or not np.all(np.isfinite(base)):
            raise BadPayload(f"{len(classes)} classes and {len(base)} outputs do not fit the objective {name}")
        return cls(name, classes)

    @property
    def task(self) -> Task:
        """What the model tells."""
        return Task.BINARY if self.name == "binary" else Task.MULTICLASS if self.name in PER_CLASS else Task.REGRESSION

    def outcome(self, scores: Floats) -> Outcome:
        """Read raw scores, shape (n_rows, C)."""
        chances, values = np.zeros((len(scores), 0)), np.zeros(len(scores))
        match self.task:
            case Task.BINARY:
                positive = sigmoid(scores)
                chances = np.hstack([1 - positive, positive])
            case Task.MULTICLASS:
                chances = PER_CLASS[self.name](scores)
            case Task.REGRESSION:
                values = LINKS[self.name](scores[:, 0])
        return Outcome(self.task, self.classes, scores, chances, values)


def softmax(scores: Floats) -> Floats:
    """e^score of each output over their sum, row by row, without overflow."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def one_vs_rest(scores: Floats) -> Floats:
    """Sigmoid of each output over their sum, row by row, without underflow."""
    return softmax(-np.logaddexp(0.0, -scores))


#: Objectives of several classes, with an output each, and what makes probabilities of the outputs.
PER_CLASS: dict[str, Callable[[Floats], Floats]] = {"softmax": softmax, "one_vs_rest": one_vs_rest}
