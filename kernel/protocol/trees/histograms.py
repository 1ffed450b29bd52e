"""Histograms of one tree's levels over a party's own columns, whatever is added up."""

import numpy as np
import numpy.typing as npt

from kernel.data.engine import Pairs, cut
from kernel.ml.trees import histogram
from kernel.ml.trees.sums import Adder, Array, Numbers
from kernel.protocol.trees.columns import Columns
from kernel.protocol.trees.rows import Rows
from kernel.protocol.trees.total import Total

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
_COUNTS = Numbers(1)
_WORTH = 3  # leaving a code out pays when its rows are so many times the sums by which it is found again


class TreeHistograms:
    """Histograms of one tree, level by level: only the smaller child is added up, its sibling is the rest.

    Parameters
    ----------
    chosen
        Columns that this tree looks at.
    sampled
        Training rows with a gradient; all of them when None.
    """

    def __init__(self, columns: Columns, chosen: Integers, sampled: Mask | None, adder: Adder) -> None:
        self.candidates = columns.candidates(chosen)
        self._columns, self._chosen, self.adder, self._sampled = columns, chosen, adder, sampled
        self._n_codes = np.array([column.n_codes for column in self.candidates.columns], dtype=np.int64)
        self._data: Pairs | None = None
        self._root: Total | None = None
        self._arrived: Array | None = None
        self._n_arrived = 0
        self._kept: tuple[Array, Array] | None = None

    def arrive(self, entries: Array) -> None:
        """Take what is added up of the next sampled rows, an entry each, into the root's sums at once."""
        if self._root is None or self._arrived is None:
            count = self._n_entries
            self._root = Total(self.adder, self.candidates, 1, self._left_out(count, 1))
            self._arrived = entries if len(entries) == count else np.empty((count, entries.shape[1]), entries.dtype)
        start, self._n_arrived = self._n_arrived, self._n_arrived + len(entries)
        if self._arrived is not entries:
            self._arrived[start : self._n_arrived] = entries
        tasks, done = [], 0
        for which in self._entries(start, self._n_arrived):
            count = which.stop - which.start if isinstance(which, slice) else len(which)
            task = self._task(np.zeros(count, dtype=np.uint16), 1, self._root.left_out)
            tasks.append((task, which, entries[done : done + count]))
            done += count
        for part in self._columns.parts[0].run(_arrived, tasks):
            self._root.add(part)

    def ready(self) -> None:
        """Keep what arrived with the codes: it is complete."""
        if self._arrived is None or self._n_arrived != len(self._arrived):
            raise ValueError(f"{self._n_arrived} rows arrived, which are not all")
        self.put(self._arrived)
        self._arrived = None

    def put(self, entries: Array) -> None:
        """Keep all sampled rows' entries with the codes."""
        self._data = self._columns.parts[0].paired(entries, self._sampled)

    @property
    def _n_entries(self) -> int:
        return self._columns.n_training if self._sampled is None else int(np.count_nonzero(self._sampled))

    def _entries(self, start: int, stop: int) -> list[slice | Integers]:
        """Rows of some entries, in each partition."""
        ends = np.cumsum(self._columns.parts[0].sizes)
        firsts = [0, *ends[:-1].tolist()]
        if self._sampled is None:
            found = [(max(start, first), min(stop, end)) for first, end in zip(firsts, ends.tolist(), strict=True)]
            return [slice(a - first, max(a, b) - first) for (a, b), first in zip(found, firsts, strict=True)]
        rows = np.flatnonzero(self._sampled)[start:stop]
        parts = np.split(rows, np.searchsorted(rows, ends[:-1]))
        return [part - first for part, first in zip(parts, firsts, strict=True)]

    def level(self, rows: Rows) -> tuple[Integers, Array]:
        """Rows by (node, code) of the level's nodes, and their sums, (nodes, codes, …)."""
        if self._kept is not None:
            counts, sums = self._children(rows, *self._kept)
        elif self._root is not None:
            counts, sums = self._root.finish()
        else:
            counts, sums = self._build(rows, rows.open)
        self._kept, self._root = (counts, sums), None
        return counts[..., 0], sums

    def drop(self) -> None:
        """Free what is kept on the executors."""
        if self._data is not None:
            self._data.drop()

    def _children(self, rows: Rows, counts: Array, sums: Array) -> tuple[Array, Array]:
        """Build the smaller child of each parent; if the other is wanted too, take it from the parent's."""
        wanted, small = rows.open, rows.small()
        parents = small // 2
        built = self._build(rows, small)
        place = np.searchsorted(parents, wanted // 2)
        other = np.flatnonzero(small[place] != wanted)
        found = []
        for whole, part, adder in ((counts, built[0], _COUNTS), (sums, built[1], self.adder)):
            level = part[place]
            if len(other):
                level[other] = adder.subtract(whole[wanted[other] // 2], level[other])
            found.append(level)
        return found[0], found[1]

    def _build(self, rows: Rows, wanted: Integers) -> tuple[Array, Array]:
        """Add up the rows of some slots on the executors."""
        if self._data is None:
            raise ValueError("there is nothing to add up")
        node = np.full(sum(self._data.sizes), histogram.NONE, dtype=np.uint16)
        for place, slot in enumerate(wanted.tolist()):
            node[rows.entries(slot)] = place
        left_out = self._left_out(int(rows.sizes[wanted].sum()), len(wanted))
        pieces = cut(node, self._data.sizes)
        total = Total(self.adder, self.candidates, len(wanted), left_out)
        for part in self._data.run(histogram.histogram, [self._task(piece, len(wanted), left_out) for piece in pieces]):
            total.add(part)
        return total.finish()

    def _task(self, nodes: npt.NDArray[np.uint16], n_nodes: int, left_out: Integers) -> histogram.Task:
        return histogram.Task(nodes, n_nodes, self._chosen, self._n_codes, left_out, self.adder)

    def _left_out(self, n_rows: int, n_nodes: int) -> Integers:
        """Codes so frequent that it is cheaper to find their sums from the node's total."""
        columns = self.candidates.columns
        found = np.full(len(columns), -1, dtype=np.int64)
        if not self.adder.dear:
            return found
        for index, column in enumerate(columns):
            most = int(np.argmax(column.counts))
            rows = column.counts[most] / max(1, sum(column.counts)) * n_rows
            if rows > _WORTH * n_nodes * column.n_codes:
                found[index] = most
        return found


def _arrived(block: Bytes, argument: tuple[histogram.Task, slice | Integers, Array]) -> histogram.Part:
    task, rows, entries = argument
    return histogram.histogram((block[rows], entries), task)
