"""predict in the clear."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def score(parts: list[tuple[Floats, Floats]], intercept: float) -> Floats:
    """Sum of features·weights over members, plus the intercept."""
    return np.asarray(sum(features @ weights for features, weights in parts) + intercept)


def tree_score(contents: list[Mapping[str, Any]], row: Mapping[str, Any]) -> list[float]:
    """One row through all trees, a node at a time; `contents` are all members' parts, the promoter's first."""
    total = list(contents[0]["base_score"])
    for tree in contents[0]["trees"]:
        node = 0
        while (owner := tree["owner"][node]) >= 0:
            side = "left" if goes_left(contents[owner]["splits"][tree["split"][node]], row) else "right"
            node = tree[side][node]
        total = [sum(pair) for pair in zip(total, tree["weight"][node], strict=True)]
    return total


def goes_left(split: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """One split of one row."""
    value = row[split["column"]]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return bool(split["missing_left"])
    if split["kind"] == "number":
        return bool(value <= split["threshold"])
    return str(value) in split["categories"]
