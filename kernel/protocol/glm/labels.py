"""The promoter's label as targets of outputs, and how much each row counts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadLabel, BadParameters
from kernel.data.engine import Table
from kernel.data.schema import NUMERIC
from kernel.data.values import column
from kernel.ml.glm import Family
from kernel.ml.trees import objective
from kernel.protocol.glm.params import GlmParams, OwnParams
from kernel.protocol.linear import part

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is learnt.

    Parameters
    ----------
    values
        Shape (n_rows, outputs): the label, or for several classes one where a row is of the class and zero elsewhere.
    weights
        Shape (n_rows, 1), one on average.
    classes
        Values of the label in the order of the outputs; empty with a single output.
    """

    values: Floats
    weights: Floats
    classes: tuple[Any, ...]

    @property
    def n_outputs(self) -> int:
        """Scores of a row."""
        return int(self.values.shape[1])

    @property
    def weighs(self) -> bool:
        """Whether rows count differently."""
        return bool(np.ptp(self.weights) > 0)

    def check_way(self, params: GlmParams) -> None:
        """Refuse newton where rows count differently.

        Raises
        ------
        BadParameters
            Providers bound the curvature by their own columns; they do not know which rows weigh more.
        """
        if params.optimizer == "newton" and self.weighs:
            raise BadParameters("optimizer: newton needs rows of one weight", hint="Take adam, or no weights.")


def target_of(table: Table, own: OwnParams, family: Family, params: GlmParams) -> Target:
    """Read label and row weights.

    Raises
    ------
    BadLabel, BadParameters
        One cannot be used.
    """
    weights = _weights(table, own)
    if params.multi_class == "none":
        label = column(table, part.checked_label(table))
        family.check(label)
        values, classes = label[:, None], ()
    else:
        label = column(table, _classes_column(table))
        found = objective.of("softmax", label, weights)
        values, classes = np.eye(len(found.classes))[found.target(label).astype(np.int64)], tuple(found.classes)
    if own.balance:
        if params.family != "binary":
            raise BadLabel("only two classes can be balanced", hint="Turn balance off.")
        weights = _balanced(weights, values if classes else np.hstack([1 - values, values]))
    return Target(values, (weights * len(weights) / np.sum(weights))[:, None], classes)


def _classes_column(table: Table) -> str:
    """Name of a label of classes: numbers or text."""
    name = table.schema.label_column
    if not name:
        part.checked_label(table)  # raises
    if table.schema.kind(name) not in (*NUMERIC, "string"):
        raise BadLabel("the label is neither a number nor text")
    return name


def _weights(table: Table, own: OwnParams) -> Floats:
    """Row weights as they stand in their column."""
    weights = column(table, own.weight) if own.weight else np.ones(table.n_rows)
    if weights.dtype.kind != "f" or own.weight == table.schema.label_column != "":
        raise BadParameters(f"weight: the column {own.weight} is no weight")
    if (
        not np.all(np.isfinite(weights))
        or np.min(weights, initial=0.0) < 0
        or (len(weights) and not np.sum(weights) > 0)
    ):
        raise BadParameters(f"weight: {own.weight} has missing or negative values, or nothing but zeros")
    return weights


def _balanced(weights: Floats, classes: Floats) -> Floats:
    """Give all classes the same total; `classes` has a column of ones and zeros for each."""
    totals = weights @ classes
    if not np.all(totals > 0):
        raise BadLabel("one class has no weight")
    return np.asarray(weights * (classes @ (1 / totals)))
