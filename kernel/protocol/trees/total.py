"""Sums over all partitions: of a level's histograms, and of its nodes."""

import numpy as np
import numpy.typing as npt

from kernel.ml.trees.candidates import Candidates
from kernel.ml.trees.histogram import Part
from kernel.ml.trees.sums import Adder, Array
from kernel.protocol.trees.rows import Rows

Integers = npt.NDArray[np.int64]


class Total:
    """Partitions' parts, added up; at the end the sums that they left out."""

    def __init__(self, adder: Adder, candidates: Candidates, n_nodes: int, left_out: Integers) -> None:
        self.left_out = left_out
        self._adder, self._candidates, self._n_nodes = adder, candidates, n_nodes
        self._counts = np.zeros(n_nodes * candidates.n_codes, dtype=np.int64)
        self._sums, self._totals = adder.zeros(n_nodes * candidates.n_codes), adder.zeros(n_nodes)

    def add(self, part: Part) -> None:
        """Add one part."""
        self._counts += part.counts
        if part.index is None:
            self._sums = self._adder.add(self._sums, part.entries)
        elif len(part.index):
            self._sums[part.index] = self._adder.add(self._sums[part.index], part.entries)
        if len(part.totals):
            self._totals = self._adder.add(self._totals, part.totals)

    def finish(self) -> tuple[Array, Array]:
        """Rows, (nodes, codes, 1), and sums, (nodes, codes, …)."""
        shape = self._n_nodes, self._candidates.n_codes, -1
        sums = self._sums.reshape(shape)
        missing = np.flatnonzero(self.left_out >= 0)
        if len(missing):
            others = self._column_totals(sums, missing)
            every = np.repeat(self._totals[:, None], len(missing), axis=1)
            sums[:, self._candidates.offsets[missing] + self.left_out[missing]] = self._adder.subtract(every, others)
        return self._counts.reshape(shape), sums

    def _column_totals(self, sums: Array, columns: Integers) -> Array:
        """Add all codes of some columns, (nodes, columns, …): pair by pair, so that many are added at once."""
        offsets = self._candidates.offsets
        sizes = offsets[columns + 1] - offsets[columns]
        rank = np.concatenate([np.arange(size) for size in sizes])
        held = sums[:, np.repeat(offsets[columns], sizes) + rank]
        while held.shape[1] > len(columns):
            odd = np.flatnonzero(rank % 2)
            held[:, odd - 1] = self._adder.add(held[:, odd - 1], held[:, odd])
            even = rank % 2 == 0
            held, rank = held[:, even], rank[even] // 2
        return held


class Totals:
    """Sums of all entries of each node, level by level: of siblings the smaller is added up, the other is the rest.

    Parameters
    ----------
    values
        Of each sampled training row, (rows, places of an entry).
    """

    def __init__(self, values: Integers) -> None:
        self._places = np.ascontiguousarray(values.T)
        self._kept: Integers | None = None

    def level(self, rows: Rows) -> Integers:
        """Add up the level's nodes, (nodes, places)."""
        if self._kept is None:
            self._kept = self._sums(rows, rows.open)
            return self._kept
        small, parents = rows.small(), rows.open // 2
        at = np.searchsorted(small // 2, parents)
        found = self._sums(rows, small)[at]
        self._kept = np.where((small[at] == rows.open)[:, None], found, self._kept[parents] - found)
        return self._kept

    def _sums(self, rows: Rows, slots: Integers) -> Integers:
        entries = [rows.entries(slot) for slot in slots.tolist()]
        return np.array([[place.take(some).sum() for place in self._places] for some in entries])
