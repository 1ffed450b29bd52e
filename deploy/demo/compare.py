"""The federated model against the bank alone and against pooled data, on the same rows."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from deploy.demo.baseline import Array, Fit, auc_ks, fit_linear_sigmoid, fit_logistic
from deploy.demo.parts import Part
from deploy.local.errors import DemoFailed

OWN_OPTIMUM, EXACT, ABOVE_ALONE = 0.002, 0.015, 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """AUC and KS on the held-out rows, by model."""

    auc: dict[str, float]
    ks: dict[str, float]

    def check(self) -> None:
        """Raise DemoFailed when the federated model is not as good as it must be."""
        auc = self.auc
        gaps = (
            (
                abs(auc["federated"] - auc["pooled_same_objective"]),
                OWN_OPTIMUM,
                "from the optimum of its own objective",
            ),
            (abs(auc["federated"] - auc["pooled"]), EXACT, "from exact logistic regression"),
            (-(auc["federated"] - auc["alone"]), -ABOVE_ALONE, "below what joining must gain over the bank alone"),
        )
        for gap, bound, words in gaps:
            if gap > bound:
                raise DemoFailed(f"the federated AUC is {abs(gap):.4f} {words}; the bound is {abs(bound)}")


def compare(
    parts: Sequence[Part], files: Mapping[str, Path], train: Sequence[str], scores: Mapping[str, float], l2: float
) -> Comparison:
    """Fit the comparison models on the rows of `train`; `scores` are the federated ones of the held-out rows, by id."""
    tables = {part.member: _read(files[part.member], part) for part in parts}
    promoter = parts[0]
    label = _column(files[promoter.member], promoter)
    test = list(scores)
    y_train, y_test = _labels(label, train), _labels(label, test)
    pooled_train = np.hstack([_rows(tables[part.member], train) for part in parts])
    pooled_test = np.hstack([_rows(tables[part.member], test) for part in parts])
    alone_train, alone_test = _rows(tables[promoter.member], train), _rows(tables[promoter.member], test)
    fits: dict[str, tuple[Fit, Array]] = {
        "alone": (fit_logistic(alone_train, y_train, l2), alone_test),
        "pooled_same_objective": (fit_linear_sigmoid(pooled_train, y_train, l2), pooled_test),
        "pooled": (fit_logistic(pooled_train, y_train, l2), pooled_test),
    }
    results = {name: auc_ks(fit.score(rows), y_test) for name, (fit, rows) in fits.items()}
    results["federated"] = auc_ks(np.array([scores[name] for name in test]), y_test)
    return Comparison(
        {name: auc for name, (auc, _) in results.items()}, {name: ks for name, (_, ks) in results.items()}
    )


def ids_of(table: bytes, id_column: str) -> list[str]:
    """Read the ids from a downloaded CSV."""
    return [row[id_column] for row in csv.DictReader(io.StringIO(table.decode()))]


def scores_of(table: bytes, id_column: str) -> dict[str, float]:
    """Read id → linear predictor from the downloaded predictions."""
    return {row[id_column]: float(row["score"]) for row in csv.DictReader(io.StringIO(table.decode()))}


def row_of(file: Path, part: Part, name: str) -> dict[str, float]:
    """Read one client's features from a member's file."""
    with file.open(newline="", encoding="utf-8") as stream:
        row = next(row for row in csv.DictReader(stream) if row[part.id_column] == name)
    return {column: float(row[column]) for column in part.columns}


def ids_in(file: Path, part: Part) -> set[str]:
    """Read all ids of a member's file."""
    with file.open(newline="", encoding="utf-8") as stream:
        return {row[part.id_column] for row in csv.DictReader(stream)}


def _read(file: Path, part: Part) -> dict[str, list[float]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return {row[part.id_column]: [float(row[name]) for name in part.columns] for row in csv.DictReader(stream)}


def _column(file: Path, part: Part) -> dict[str, float]:
    with file.open(newline="", encoding="utf-8") as stream:
        return {row[part.id_column]: float(row[part.label]) for row in csv.DictReader(stream)}


def _rows(table: Mapping[str, list[float]], names: Sequence[str]) -> Array:
    return np.array([table[name] for name in names])


def _labels(label: Mapping[str, float], names: Sequence[str]) -> Array:
    return np.array([label[name] for name in names])
