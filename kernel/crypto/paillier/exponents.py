"""Products of many powers, Π values^exponent, by Pippenger's buckets (1980).

Exponents are cut into signed digits. For each place and each bucket, the values whose digit it is are multiplied: one
multiplication a value and place. Then Π bucket_b^b takes two a bucket, and Horner's rule joins the places. A column
with few different exponents is grouped by exponent first. Negative digits use the inverse: no exponent is ever n - s.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto.modular.arithmetic import Arithmetic, Indices, Residues, to_bytes

_FEW = 64  # a column with at most so many different values is grouped by value first
_WINDOWS = range(2, 13)
_FIELDS = ("source", "column", "exponent")
_EXPONENT_BITS = 62  # beyond, the carry of a signed digit would not fit


@dataclass(frozen=True)
class Entries:
    """A matrix's entries: values[source]^exponent goes into product `column`; entries that are zero may be left out."""

    source: Indices
    column: Indices
    exponent: Indices

    @classmethod
    def dense(cls, matrix: npt.NDArray[np.int64]) -> "Entries":
        """Take all entries of a matrix of values × products."""
        source, column = np.indices(matrix.shape)
        return cls(source.ravel(), column.ravel(), matrix.ravel())


def largest(exponents: Indices) -> int:
    """Magnitude of the largest one.

    Raises
    ------
    OutOfRange
        It is 2^62 or beyond.
    """
    found = max(int(np.max(exponents, initial=0)), -int(np.min(exponents, initial=0)))
    if found >= 1 << _EXPONENT_BITS:
        raise OutOfRange("an exponent of 62 bits or more")
    return found


def digits(values: Indices, window: int) -> list[Indices]:
    """Signed digits of `window` bits, lowest first, as many as the largest value needs."""
    half, found = 1 << (window - 1), []
    while np.any(values):
        digit = ((values + half) & (2 * half - 1)) - half
        found.append(digit)
        values = (values - digit) >> window
    return found


def grouped(numbers: Arithmetic, values: Residues, index: Indices, group: Indices, n_groups: int) -> Residues:
    """Products of values[index] by group; an empty group's is 1."""
    # Sorting small integers takes numpy's radix sort, which is ten times as fast.
    order = np.argsort(group.astype(np.uint16 if n_groups <= 1 << 16 else np.int64), kind="stable")
    counts = np.bincount(group, minlength=n_groups)
    ends = np.cumsum(counts)
    return numbers.segments(values, index[order], ends - counts, ends)


def places(
    numbers: Arithmetic, values: Residues, matrix: npt.NDArray[np.int64] | Entries, n_columns: int
) -> tuple[int, list[Residues]]:
    """Π values^exponent for each column, before Horner: bits between places, and a product a column for each place.

    Raises
    ------
    OutOfRange
        An exponent is ±2^62 or beyond.
    """
    if isinstance(matrix, Entries):
        entries = matrix
    else:
        values, entries = _few_first(numbers, values, matrix)
    window = _window(largest(entries.exponent).bit_length() + 1, len(entries.exponent) / max(1, n_columns))
    half, found = 1 << (window - 1), []
    levels = digits(entries.exponent, window)
    negative = np.zeros(len(values), dtype=np.bool_)
    for level in levels:
        negative[entries.source[level < 0]] = True
    inverse = len(values) + np.cumsum(negative) - 1
    values = np.concatenate([values, numbers.invert(values[negative])])
    for level in levels:
        used = np.flatnonzero(level)
        digit, source = level[used], entries.source[used]
        source = np.where(digit < 0, inverse[source], source)
        bucket = entries.column[used] * half + np.abs(digit) - 1
        buckets = grouped(numbers, values, source, bucket, n_columns * half)
        found.append(numbers.weighted(buckets.reshape((n_columns, half, *values.shape[1:]))))
    return window, found


def horner(numbers: Arithmetic, window: int, found: list[Residues], count: int) -> Residues:
    """Join places, the lowest first."""
    total = np.repeat(numbers.load(to_bytes([1])), count, axis=0)
    for place, value in enumerate(reversed(found)):
        total = numbers.multiply(numbers.power(total, 1 << window), value) if place else value
    return total


def _window(bits: int, entries: float) -> int:
    """Bits of a digit for which the fewest multiplications are done."""
    return min(_WINDOWS, key=lambda window: -(-bits // window) * (entries + (1 << window)))


def _few_first(numbers: Arithmetic, values: Residues, matrix: npt.NDArray[np.int64]) -> tuple[Residues, Entries]:
    """Group columns with few different exponents by exponent; their products become further values."""
    indices, groups, parts, n_groups = [], [], [], 0
    for column, exponent in enumerate(matrix.T):
        source = np.flatnonzero(exponent)
        different, place = np.unique(exponent[source], return_inverse=True)
        if 0 < len(different) <= min(_FEW, len(source) // 2):
            indices.append(source)
            groups.append(n_groups + place)
            source = len(values) + n_groups + np.arange(len(different))
            n_groups += len(different)
        else:
            different = exponent[source]
        parts.append(Entries(source, np.full(len(source), column), different))
    if groups:
        joined = grouped(numbers, values, np.concatenate(indices), np.concatenate(groups), n_groups)
        values = np.concatenate([values, joined])
    return values, Entries(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))
