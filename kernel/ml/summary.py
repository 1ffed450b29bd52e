"""Column summaries over partitions, in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.data.engine import Blocks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """Per column: counts of present and of missing or non-finite values, mean, population deviation, extremes."""

    n: npt.NDArray[np.int64]
    n_missing: npt.NDArray[np.int64]
    mean: Floats
    std: Floats
    low: Floats
    high: Floats

    def some(self, columns: slice) -> "Summary":
        """Choose columns."""
        return Summary(**{figure.name: getattr(self, figure.name)[columns] for figure in fields(self)})


Part = tuple[npt.NDArray[Any], ...] | None


def summarise(blocks: Blocks) -> Summary:
    """Summarise a matrix."""
    return merged(blocks.run(_part), blocks.n_columns)


def merged(parts: Sequence[Part], width: int) -> Summary:
    """Merge partitions by Chan's formula, in their order."""
    n, missing = np.zeros(width, np.int64), np.zeros(width, np.int64)
    mean, squares = np.zeros(width), np.zeros(width)
    low, high = np.full(width, np.inf), np.full(width, -np.inf)
    for part in parts:
        if part is None:
            continue
        part_n, part_missing, part_mean, part_squares, part_low, part_high = part
        total = np.maximum(n + part_n, 1)
        delta = part_mean - mean
        squares += part_squares + delta**2 * n * part_n / total
        mean = mean + delta * part_n / total
        n, missing = n + part_n, missing + part_missing
        low, high = np.minimum(low, part_low), np.maximum(high, part_high)
    return Summary(n, missing, mean, np.sqrt(squares / np.maximum(n, 1)), low, high)


def part_of(block: Floats) -> Part:
    """Summarise one partition; None of no rows."""
    if not len(block):
        return None
    present = np.isfinite(block)
    n = present.sum(axis=0)
    values = np.where(present, block, 0.0)
    mean = values.sum(axis=0) / np.maximum(n, 1)
    squares = (np.where(present, block - mean, 0.0) ** 2).sum(axis=0)
    low = np.where(present, block, np.inf).min(axis=0)
    high = np.where(present, block, -np.inf).max(axis=0)
    return n, len(block) - n, mean, squares, low, high


def _part(block: Floats, _: None) -> Part:
    return part_of(block)
