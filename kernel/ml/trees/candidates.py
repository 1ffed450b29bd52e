"""Candidate splits over the codes of a party's columns, and their left sides' sums from a histogram.

A histogram has the codes of all columns one after the other. Numbers are split after each bin that something follows;
a column with missing values has each of these splits twice, with them on the right and on the left, and the split of
everything present from everything missing. Text is split one category from all others. An array of sums has the shape
(nodes, codes, …): what an entry is, numbers or ciphertexts, only its `Adder` knows.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.ml.trees.binning import ColumnBins
from kernel.ml.trees.sums import Adder, Numbers

Array = npt.NDArray[Any]
Integers = npt.NDArray[np.int64]
_ALL, _COUNTS = 256, Numbers(1)


@dataclass(frozen=True)
class Candidate:
    """One split: codes ≤ `code` go left, or that code alone; missing values as said."""

    column: int
    code: int
    missing_left: bool


class Candidates:
    """Candidates of some columns, numbered from 0.

    Parameters
    ----------
    columns
        Their bins; `Candidate.column` counts in this list.
    """

    def __init__(self, columns: Sequence[ColumnBins]) -> None:
        self.columns = tuple(columns)
        sizes = [column.n_codes for column in columns]
        self.offsets: Integers = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        self.all = [one for index, column in enumerate(columns) for one in _of(index, column)]
        starts = self.offsets[[one.column for one in self.all]] if self.all else np.zeros(0, np.int64)
        self._first = starts + np.array([one.code for one in self.all], dtype=np.int64)
        missing = np.array([self.offsets[one.column + 1] - 1 for one in self.all], dtype=np.int64)
        twice = [one.missing_left and columns[one.column].kind == "number" for one in self.all]
        self._with_missing = np.flatnonzero(twice)
        self._missing = missing[self._with_missing]
        self._numbers = _Numbers(columns, self.all, self.offsets)
        ordered = np.array([columns[one.column].kind == "number" for one in self.all], dtype=np.bool_)
        self._before = np.where(ordered, starts, self._first)
        self._categories: dict[int, list[int]] = {}
        for number, one in enumerate(self.all):
            if columns[one.column].kind == "category":
                self._categories.setdefault(one.column, []).append(number)

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.all)

    @property
    def n_codes(self) -> int:
        """Codes of all columns."""
        return int(self.offsets[-1])

    def sums(self, histogram: Array, adder: Adder) -> Array:
        """Add up the left sides, (nodes, candidates, …)."""
        if adder.dear:
            left = histogram.take(self._first, axis=1)
            left[:, self._numbers.all] = self._numbers.running(histogram, adder)
        else:  # differences of one running sum over all codes
            codes = np.concatenate([adder.zeros(1, len(histogram)), histogram.swapaxes(0, 1)])
            running = adder.running(codes, [len(histogram)] * len(codes))
            left = adder.subtract(running.take(self._first + 1, axis=0), running.take(self._before, axis=0))
            left = left.swapaxes(0, 1)
        if len(self._missing):
            left[:, self._with_missing] = adder.add(left[:, self._with_missing], histogram[:, self._missing])
        return left

    def smaller_side(self, counts: Integers) -> Integers:
        """Rows on the smaller side of each candidate, (nodes, candidates), from rows by (node, code)."""
        whole = counts[:, : self.columns[0].n_codes].sum(axis=1)[:, None]
        left = self.sums(counts[..., None], _COUNTS)[..., 0]
        return np.asarray(np.minimum(left, whole - left))

    def apart(self, counts: Integers, least: int) -> npt.NDArray[np.bool_]:
        """Choose candidates so that no difference of two of one column, or of one and the node, is that of few rows.

        Parameters
        ----------
        counts
            Rows by (node, code).
        least
            The fewest rows that are many.

        Returns
        -------
        Which candidates may be told, (nodes, candidates).
        """
        told = np.ones((len(counts), len(self)), dtype=np.bool_)
        if np.all(_many(counts, least)):  # whatever the difference, it is a sum of these
            return told
        whole = np.add.reduceat(counts, self.offsets[:-1], axis=1) if len(self.columns) else counts[:, :0]
        # By code, node and column of numbers; codes that a column has not are those of no rows.
        here = np.append(counts, np.zeros((len(counts), 1), np.int64), axis=1)[:, self._numbers.places]
        until = np.cumsum(here.swapaxes(0, 1), axis=0)
        above = whole[:, self._numbers.columns] - until
        # A split is told where many rows remain, or none, and many came since the last one that was, or none.
        most = np.where(_many(above, least), until - least, -1)
        last = np.zeros((len(until) + 1, *until.shape[1:]), dtype=np.int64)  # rows up to the last one that was told
        shown = np.empty(until.shape, dtype=np.bool_)
        for rows, latest, now, then, many in zip(until, most, last, last[1:], shown, strict=False):
            np.greater_equal(latest, now, out=many)
            np.copyto(then, now)
            np.copyto(then, rows, where=many)
        shown |= until == last[:-1]
        told[:, self._numbers.right] = _at(shown, *self._numbers.right_at)
        if len(self._with_missing):  # told where its twin is, and the missing rows and those present above are many
            codes, columns = self._numbers.left_at
            missing = counts[:, self._missing]
            few = ~(_many(missing, least) & _many(_at(above, codes, columns) - missing, least))
            told[:, self._with_missing] = _at(shown, codes, columns) & ~few
        for column, numbers in self._categories.items():
            codes = np.array([self.all[number].code for number in numbers])
            told[:, numbers] = _many(counts[:, self.offsets[column] + codes], least)
            self._spare_rest(told, counts, column, least)
        return told

    def _spare_rest(self, told: npt.NDArray[np.bool_], counts: Integers, column: int, least: int) -> None:
        """Where few rows are in none of a column's told categories, take the smallest back: the rest is many then."""
        numbers = self._categories[column]
        start, stop = self.offsets[column], self.offsets[column + 1]
        here = counts[:, start + np.array([self.all[number].code for number in numbers])]
        shown = told[:, numbers]
        few = ~_many(counts[:, start:stop].sum(axis=1) - (here * shown).sum(axis=1), least)
        smallest = np.argmin(np.where(shown & (here > 0), here, np.iinfo(np.int64).max), axis=1)
        told[few, np.array(numbers)[smallest[few]]] = False

    def goes_left(self, number: int) -> npt.NDArray[np.bool_]:
        """Tell for each of 256 codes of the candidate's column whether it goes left."""
        one = self.all[number]
        column = self.columns[one.column]
        codes = np.arange(_ALL)
        left = codes <= one.code if column.kind == "number" else codes == one.code
        left[column.n_codes - 1] = one.missing_left
        return left

    def split(self, number: int) -> dict[str, Any]:
        """Describe a candidate of ours."""
        return self.describe(self.all[number])

    def describe(self, one: Candidate) -> dict[str, Any]:
        """Describe a split as the model does, by the values of its column."""
        column = self.columns[one.column]
        described: dict[str, Any] = {"column": column.name, "kind": column.kind, "missing_left": one.missing_left}
        if column.kind == "number":
            # After the last bin comes nothing but missing values.
            last = one.code == len(column.cuts)
            return described | {"threshold": sys.float_info.max if last else column.cuts[one.code]}
        return described | {"categories": list(column.categories[one.code : one.code + 1])}


def _many(rows: Integers, least: int) -> npt.NDArray[np.bool_]:
    return np.asarray((rows >= least) | (rows == 0))


def _of(index: int, column: ColumnBins) -> list[Candidate]:
    if column.kind == "number":
        n_cuts = len(column.cuts)
        both = column.has_missing and any(column.counts[:-1])
        right = [Candidate(index, code, missing_left=False) for code in range(n_cuts + both)]
        left = [Candidate(index, code, missing_left=True) for code in range(n_cuts)]
        return right + (left if column.has_missing else [])
    used = [code for code, rows in enumerate(column.counts) if rows]
    other, missing = len(column.categories), len(column.categories) + 1
    alone = [Candidate(index, code, missing_left=code == missing) for code in used if code != other]
    return alone if len(used) > 2 else alone[: len(used) - 1]  # noqa: PLR2004  of two, one split says all


class _Numbers:
    """Columns of numbers side by side, those with the most codes first.

    Parameters
    ----------
    candidates, offsets
        All of them; and where each column's codes begin.
    """

    def __init__(self, columns: Sequence[ColumnBins], candidates: Sequence[Candidate], offsets: Integers) -> None:
        numbers = [index for index, one in enumerate(columns) if one.kind == "number"]
        numbers.sort(key=lambda index: -columns[index].n_codes)
        self.columns = np.array(numbers, dtype=np.int64)
        sizes = np.array([columns[index].n_codes - 1 for index in numbers], dtype=np.int64)
        code = np.arange(int(sizes.max(initial=0)))[:, None]
        self._n_with = np.count_nonzero(code < sizes, axis=1).tolist()  # columns that have a code
        # The place of each code in a histogram, (codes, columns); one beyond the last for those that are none.
        self.places = np.where(code < sizes, offsets[self.columns] + code, offsets[-1])
        mine = [(number, one) for number, one in enumerate(candidates) if columns[one.column].kind == "number"]
        self.all, self._at = self._told(mine)
        self.right, self.right_at = self._told([pair for pair in mine if not pair[1].missing_left])
        _, self.left_at = self._told([pair for pair in mine if pair[1].missing_left])

    def _told(self, some: list[tuple[int, Candidate]]) -> tuple[Integers, tuple[Integers, Integers]]:
        """Numbers of candidates, and the code and the column of numbers after which each splits."""
        place = {column: index for index, column in enumerate(self.columns.tolist())}
        codes = np.array([one.code for _, one in some], dtype=np.int64)
        columns = np.array([place[one.column] for _, one in some], dtype=np.int64)
        return np.array([number for number, _ in some], dtype=np.int64), (codes, columns)

    def running(self, histogram: Array, adder: Adder) -> Array:
        """Add up to the code of each candidate, code by code in all columns that have it, (nodes, candidates, …)."""
        if not len(self.all):
            return histogram[:, :0]
        codes = histogram.swapaxes(0, 1)[np.minimum(self.places, histogram.shape[1] - 1)]
        return adder.running(codes, self._n_with)[self._at].swapaxes(0, 1)


def _at(table: Array, codes: Integers, columns: Integers) -> Array:
    """Of (codes, nodes, columns), those of some codes and columns: (nodes, pairs)."""
    return table[codes, :, columns].T
