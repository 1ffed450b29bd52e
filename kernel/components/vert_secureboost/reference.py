"""vert_secureboost in the clear: one pool of all members' columns, every candidate tried by itself, node by node."""

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.ml.trees.binning import ColumnBins
from kernel.ml.trees.objective import Objective
from kernel.ml.trees.quantise import Quantised, quantise

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Split = tuple[int, dict[str, Any]]  # a member's number and one of its splits
Choose = Callable[[list[Split], int, str], Split]  # among equals, for a tree and a path such as "LRL"
_EQUAL = 1e-9


@dataclass(frozen=True)
class Member:
    """Raw columns, NaN or None where a value is missing, and their bins."""

    values: Mapping[str, Sequence[Any]]
    bins: Sequence[ColumnBins]


@dataclass(frozen=True)
class Settings:
    """The shared parameters of the same names."""

    n_trees: int
    max_depth: int
    learning_rate: float
    l1: float
    l2: float
    min_child_weight: float
    min_gain: float
    min_leaf_rows: int


Serves = Callable[[int, int], Sequence[int]]  # members whose columns a tree looks at, at a depth


def first(splits: list[Split], tree: int, path: str) -> Split:
    """Take the first of equal splits."""
    del tree, path
    return splits[0]


def train(
    members: Sequence[Member],
    objective: Objective,
    target: Floats,
    weight: Floats,
    settings: Settings,
    serves: Serves,
    choose: Choose = first,
) -> list[dict[str, Any]]:
    """Grow trees: a node is {"split": (member, split), "left": node, "right": node} or {"weight": [a float, …]}."""
    scores = np.tile(np.array(objective.base), (len(target), 1))
    trees = []
    for number in range(settings.n_trees):
        g, h = objective.gradients(scores, target)
        gradients = quantise(g * weight[:, None], h * weight[:, None])
        leaves: list[tuple[Mask, list[float]]] = []
        everybody = np.ones(len(target), np.bool_)
        trees.append(_grow(members, gradients, everybody, settings, serves, choose, leaves, number, ""))
        for rows, weights in leaves:
            scores[rows] += weights
    return trees


def goes_left(split: Mapping[str, Any], values: Sequence[Any]) -> Mask:
    """Apply a split of the model to raw values."""
    return np.array([_left(split, value) for value in values], dtype=np.bool_)


def _left(split: Mapping[str, Any], value: Any) -> bool:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return bool(split["missing_left"])
    return value <= split["threshold"] if split["kind"] == "number" else str(value) in split["categories"]


def _grow(
    members: Sequence[Member],
    gradients: Quantised,
    rows: Mask,
    settings: Settings,
    serves: Serves,
    choose: Choose,
    leaves: list[tuple[Mask, list[float]]],
    tree: int,
    path: str,
) -> dict[str, Any]:
    asked = serves(tree, len(path)) if len(path) < settings.max_depth else ()
    found = [one for number in asked for one in _gains(number, members[number], gradients, rows, settings)]
    if not found:
        g, h = _sums(gradients, rows)
        weight = [
            -settings.learning_rate * _soft(a, settings.l1) / (b + settings.l2) for a, b in zip(g, h, strict=True)
        ]
        leaves.append((rows, weight))
        return {"weight": weight}
    most = max(gain for gain, _, _ in found)
    equal = {str(split): (split, left) for gain, split, left in found if gain >= most - _EQUAL * abs(most)}
    split = choose([split for split, _ in equal.values()], tree, path)
    left = equal[str(split)][1]
    below = [
        _grow(members, gradients, side, settings, serves, choose, leaves, tree, path + word)
        for side, word in ((rows & left, "L"), (rows & ~left, "R"))
    ]
    return {"split": split, "left": below[0], "right": below[1]}


def _gains(
    number: int, member: Member, gradients: Quantised, rows: Mask, settings: Settings
) -> Iterator[tuple[float, Split, Mask]]:
    """Every allowed split of a member with its gain and the rows that go left."""
    whole = _score(*_sums(gradients, rows), settings)
    for bins in member.bins:
        for split in _splits(bins):
            left = goes_left(split, member.values[bins.name])
            sides = [rows & left, rows & ~left]
            sums = [_sums(gradients, side) for side in sides]
            least = min(float(np.mean(h)) for _, h in sums)
            if min(side.sum() for side in sides) < settings.min_leaf_rows or least <= 0:
                continue
            gain = sum(_score(g, h, settings) for g, h in sums) - whole
            noise = _EQUAL * abs(whole) / 10
            if least >= settings.min_child_weight and gain > max(settings.min_gain, noise):
                yield gain, (number, split), left


def _splits(bins: ColumnBins) -> Iterator[dict[str, Any]]:
    """Every split of a column's values, as the model writes it."""
    begin = {"column": bins.name, "kind": bins.kind}
    if bins.kind == "category":
        for text in bins.categories:
            yield begin | {"missing_left": False, "categories": [text]}
        if bins.has_missing:
            yield begin | {"missing_left": True, "categories": []}
        return
    for cut in bins.cuts:
        yield begin | {"missing_left": False, "threshold": cut}
        if bins.has_missing:
            yield begin | {"missing_left": True, "threshold": cut}
    if bins.has_missing:
        yield begin | {"missing_left": False, "threshold": sys.float_info.max}


def _sums(gradients: Quantised, rows: Mask) -> tuple[Floats, Floats]:
    return gradients.real(gradients.values[rows].sum(axis=0))


def _soft(g: float, l1: float) -> float:
    return max(g - l1, 0.0) if g > 0 else min(g + l1, 0.0)


def _score(g: Floats, h: Floats, settings: Settings) -> float:
    return float(sum(_soft(a, settings.l1) ** 2 / (b + settings.l2) for a, b in zip(g, h, strict=True)))
