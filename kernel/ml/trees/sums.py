"""Adding up rows by node and code: what is added, numbers or ciphertexts, is an `Adder`'s own matter."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_EXACT_ROWS = 1 << 22  # so many numbers up to 2^30 in magnitude are added exactly as floats


class Adder(Protocol):
    """Addition of entries; an array of entries has them along its last axis.

    Parameters
    ----------
    dear
        Whether adding costs so much that the sum of the largest group is better found as what the others leave.
    """

    @property
    def dear(self) -> bool:
        """See above."""

    def read(self, kept: Array, rows: Integers) -> Array:
        """Entries of some rows, ascending, as `sums` takes them, from what was kept of all."""

    def sums(self, entries: Array, groups: Integers, n_groups: int) -> Array:
        """Add entries by group, for each row of columns × entries groups: columns · n_groups; -1 for none."""

    def add(self, left: Array, right: Array) -> Array:
        """Left + right."""

    def subtract(self, left: Array, right: Array) -> Array:
        """Left - right."""

    def running(self, parts: Array, ends: Sequence[int]) -> Array:
        """Each of parts, (parts, …), and all before it; of each part the first `ends` go on, of a later one no more."""

    def zeros(self, *shape: int) -> Array:
        """Return sums of nothing."""


class Numbers:
    """Integers up to 2^30 in magnitude in the clear: `width` of them an entry."""

    dear = False

    def __init__(self, width: int) -> None:
        self._width = width

    def read(self, kept: Integers, rows: Integers) -> Floats:
        """See `Adder.read`: a row of floats for each place of an entry, which hold them exactly."""
        return np.ascontiguousarray(kept.take(rows, axis=0).T, dtype=np.float64)

    def sums(self, entries: Floats, groups: Integers, n_groups: int) -> Integers:
        """See `Adder.sums`."""
        return np.concatenate([_exact(entries, column, n_groups) for column in groups])

    def add(self, left: Integers, right: Integers) -> Integers:
        """See `Adder.add`."""
        return left + right

    def subtract(self, left: Integers, right: Integers) -> Integers:
        """See `Adder.subtract`."""
        return left - right

    def running(self, parts: Integers, ends: Sequence[int]) -> Integers:
        """See `Adder.running`."""
        del ends  # adding costs nothing
        return np.cumsum(parts, axis=0)

    def zeros(self, *shape: int) -> Integers:
        """See `Adder.zeros`."""
        return np.zeros((*shape, self._width), dtype=np.int64)


def exact_sums(values: Integers, group: Integers, n_groups: int) -> Integers:
    """Add rows of integers up to 2^30 in magnitude by group, exactly; rows of group -1 not at all."""
    return _exact(np.ascontiguousarray(values.T, dtype=np.float64), group, n_groups)


def _exact(places: Floats, group: Integers, n_groups: int) -> Integers:
    """Add (places, entries) by group, (groups, places)."""
    total = np.zeros((n_groups + 1, len(places)), dtype=np.int64)
    for start in range(0, len(group), _EXACT_ROWS):
        here = slice(start, start + _EXACT_ROWS)
        shifted = group[here] + 1  # group 0 takes those of none
        for place, values in enumerate(places):
            total[:, place] += np.bincount(shifted, values[here], n_groups + 1).astype(np.int64)
    return total[1:]
