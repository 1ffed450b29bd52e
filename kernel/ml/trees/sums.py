"""Adding up rows by node and code: what is added, numbers or ciphertexts, is an `Adder`'s own matter."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
_EXACT_ROWS = 1 << 22  # so many numbers up to 2^30 in magnitude are added exactly as floats


class Adder(Protocol):
    """Addition of entries; an array of entries has them along its last axis."""

    def read(self, data: npt.NDArray[np.uint8]) -> Array:
        """Rows' entries from the bytes kept beside their codes."""

    def sums(self, entries: Array, groups: Integers, n_groups: int) -> Array:
        """Add rows × 1 entries by group, for each column of rows × columns groups: columns · n_groups; -1 for none."""

    def add(self, left: Array, right: Array) -> Array:
        """Left + right."""

    def subtract(self, left: Array, right: Array) -> Array:
        """Left - right."""

    def zeros(self, *shape: int) -> Array:
        """Return sums of nothing."""


class Numbers:
    """Integers in the clear: `width` of them an entry."""

    def __init__(self, width: int) -> None:
        self._width = width

    def read(self, data: npt.NDArray[np.uint8]) -> Integers:
        """See `Adder.read`."""
        return np.ascontiguousarray(data).view(np.int64).reshape(-1, self._width)

    def sums(self, entries: Integers, groups: Integers, n_groups: int) -> Integers:
        """See `Adder.sums`."""
        return np.concatenate([exact_sums(entries, column, n_groups) for column in groups.T])

    def add(self, left: Integers, right: Integers) -> Integers:
        """See `Adder.add`."""
        return left + right

    def subtract(self, left: Integers, right: Integers) -> Integers:
        """See `Adder.subtract`."""
        return left - right

    def zeros(self, *shape: int) -> Integers:
        """See `Adder.zeros`."""
        return np.zeros((*shape, self._width), dtype=np.int64)


def as_bytes(values: Integers) -> npt.NDArray[np.uint8]:
    """Rows of integers as `Numbers.read` takes them."""
    return np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)


def exact_sums(values: Integers, group: Integers, n_groups: int) -> Integers:
    """Add rows of integers up to 2^30 in magnitude by group, exactly; rows of group -1 not at all."""
    total = np.zeros((n_groups, values.shape[1]), dtype=np.int64)
    used = np.flatnonzero(group >= 0)
    for start in range(0, len(used), _EXACT_ROWS):
        rows = used[start : start + _EXACT_ROWS]
        for place in range(values.shape[1]):
            added = np.bincount(group[rows], weights=values[rows, place], minlength=n_groups)
            total[:, place] += added.astype(np.int64)
    return total
