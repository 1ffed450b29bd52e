"""Generalised linear models: what a label may be, what a score says of it, and how far the two are apart.

McCullagh and Nelder, Generalized Linear Models (1989), chapter 2, with canonical links: the derivative of the loss in
the score is mean(score) - label for every family.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel, NotConverged
from kernel.ml.logistic import sigmoid

Floats = npt.NDArray[np.float64]
_LARGEST_SCORE = 30.0  # of a log link; beyond it a step has gone astray


@dataclass(frozen=True)
class Family:
    """A distribution of the label with its canonical link.

    Parameters
    ----------
    objective
        What a model's content calls it, for scoring.
    mean, loss
        Of scores: the expected label; of scores and labels: the negative log-likelihood of each row, without terms of
        the label alone.
    curvature
        Upper bound of the second derivative of the loss in the score; 0 where there is none.
    holds, problem
        Whether a label will do; what to say if not.
    """

    objective: str
    mean: Callable[[Floats], Floats]
    loss: Callable[[Floats, Floats], Floats]
    curvature: float
    holds: Callable[[Floats], bool]
    problem: str

    def check(self, label: Floats) -> None:
        """Refuse labels that the family does not have.

        Raises
        ------
        BadLabel
            With what is wanted.
        """
        if not self.holds(label):
            raise BadLabel(self.problem, public_detail=BadLabel.title)


def _exp(score: Floats) -> Floats:
    if np.max(score, initial=0.0) > _LARGEST_SCORE:
        raise NotConverged(
            f"a score is beyond {_LARGEST_SCORE:g}, its exponential is out of range",
            hint="Take a smaller learning rate.",
        )
    return np.asarray(np.exp(score))


FAMILIES = {
    # Böhning and Lindsay (1988): the logistic curvature is at most a quarter.
    "binary": Family(
        "binary",
        sigmoid,
        lambda score, label: np.logaddexp(0, score) - label * score,
        0.25,
        lambda label: set(np.unique(label).tolist()) == {0.0, 1.0},
        problem="the label must be zeros and ones, and both of them occur",
    ),
    "squared": Family(
        "squared",
        lambda score: score,
        lambda score, label: (score - label) ** 2 / 2,
        1.0,
        lambda label: bool(np.ptp(label) > 0),
        problem="the label must be numbers that are not all the same",
    ),
    "poisson": Family(
        "poisson",
        _exp,
        lambda score, label: _exp(score) - label * score,
        0.0,
        lambda label: bool(np.all(label >= 0) and np.all(label == np.rint(label)) and np.any(label > 0)),
        problem="the label must be counts 0, 1, 2, ..., not all of them zero",
    ),
}
