"""leaf_encoder in the clear."""

from collections.abc import Mapping
from typing import Any


def leaf(contents: list[Mapping[str, Any]], tree: Mapping[str, Any], row: Mapping[str, float]) -> int:
    """Find the number of the leaf that a row of numbers reaches, among its tree's leaves by their nodes."""
    node = 0
    while (owner := tree["owner"][node]) >= 0:
        split = contents[owner]["splits"][tree["split"][node]]
        node = tree["left" if row[split["column"]] <= split["threshold"] else "right"][node]
    return sum(owner < 0 for owner in tree["owner"][:node])
