"""Which rows each node of the present level has: every party keeps it alike."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
LEFT_OPEN, RIGHT_OPEN = 1, 2


class Rows:
    """Rows over one tree, level by level: those of a node lie together, ascending, so that nothing is ever sorted.

    Nodes of a level are numbered from 0. A slot is the place that rows had after the last split: twice their node of
    the level above, and one more if they went right. `open` lists the slots that are this level's nodes; a sibling that
    is none stays, as a histogram may be found from its own. What is said of rows one by one ("by place") has the order
    of slots and then of rows.

    Parameters
    ----------
    n_training
        The first rows, which have gradients.
    sampled
        Which of these have one in this tree; all of them when None.
    """

    def __init__(self, n_rows: int, n_training: int, sampled: Mask | None = None) -> None:
        self._n_rows, self._n_training = n_rows, n_training
        self._entry = None if sampled is None else np.cumsum(sampled) - 1
        self._sampled = sampled
        self.open: Integers = np.zeros(1, dtype=np.int64)
        self._keep([np.arange(n_rows)])

    def _keep(self, slots: Sequence[Integers]) -> None:
        """Put slots one after the other."""
        self._rows = slots[0] if len(slots) == 1 else np.concatenate(slots)
        self._ends = np.cumsum([0, *(len(rows) for rows in slots)]).tolist()
        alike = self._sampled is None and self._n_training == self._n_rows  # every row has a gradient
        counts = [len(rows) for rows in slots] if alike else [len(self.entries(slot)) for slot in range(len(slots))]
        self.sizes: Integers = np.array(counts, dtype=np.int64)

    @property
    def n_nodes(self) -> int:
        """Nodes of the present level."""
        return len(self.open)

    @property
    def n_places(self) -> int:
        """Rows of all slots."""
        return len(self._rows)

    def places(self, node: int) -> slice:
        """Where a node's rows lie."""
        slot = self.open[node]
        return slice(self._ends[slot], self._ends[slot + 1])

    def of(self, node: int) -> Integers:
        """Rows of a node."""
        return self._rows[self.places(node)]

    def entries(self, slot: int) -> Integers:
        """Rows of a slot that have a gradient, counted among all that have one."""
        rows = self._rows[self._ends[slot] : self._ends[slot + 1]]
        if len(rows) and rows[-1] >= self._n_training:
            rows = rows[: np.searchsorted(rows, self._n_training)]
        if self._sampled is None or self._entry is None:
            return rows
        return self._entry.take(rows.compress(self._sampled.take(rows)))

    def small(self) -> Integers:
        """Choose of each pair of siblings of which one is a node the slot with fewer entries."""
        parents = np.unique(self.open // 2)
        sizes = self.sizes.reshape(-1, 2)[parents]
        return np.asarray(2 * parents + (sizes[:, 1] < sizes[:, 0]))

    def count(self, nodes: Mask) -> int:
        """Count the rows of the marked nodes."""
        return sum(len(self.of(node)) for node in np.flatnonzero(nodes).tolist())

    def take(self, left: Mask, nodes: Mask) -> Mask:
        """Choose what is said by place of the marked nodes' rows: node by node, as all bitmaps are."""
        parts = [left[self.places(node)] for node in np.flatnonzero(nodes).tolist()]
        return np.concatenate(parts) if parts else left[:0]

    def put(self, left: Mask, nodes: Mask, said: Mask) -> None:
        """Write what `take` reads."""
        start = 0
        for node in np.flatnonzero(nodes).tolist():
            places = self.places(node)
            stop = start + places.stop - places.start
            left[places] = said[start:stop]
            start = stop

    def descend(self, flags: npt.NDArray[np.uint8], left: Mask) -> None:
        """Go to the next level.

        Parameters
        ----------
        flags
            For each node LEFT_OPEN and RIGHT_OPEN: which of its children are nodes of the next level.
        left
            By place whether a row goes left; whatever it says of rows of other nodes does not matter.
        """
        slots = [self._rows[:0]] * (2 * self.n_nodes)
        for node in np.flatnonzero(flags).tolist():
            rows, here = self.of(node), left[self.places(node)]
            slots[2 * node : 2 * node + 2] = rows.compress(here), rows.compress(~here)
        self._keep(slots)
        self.open = np.flatnonzero(np.stack([flags & LEFT_OPEN, flags & RIGHT_OPEN], axis=1).ravel()).astype(np.int64)

    def close(self, stays: Mask) -> None:
        """Go on with the marked nodes only."""
        self.open = self.open[stays]

    def large(self, least: int) -> Mask:
        """Tell which nodes have at least so many rows with a gradient."""
        return np.asarray(self.sizes[self.open] >= least)


def to_bits(left: Mask) -> bytes:
    """Write a bitmap."""
    return np.packbits(left).tobytes()


def from_bits(data: bytes, count: int, party: str) -> Mask:
    """Read a bitmap.

    Raises
    ------
    BadPayload
        It has another length.
    """
    if len(data) != -(-count // 8):
        raise BadPayload(f"a bitmap of {len(data)} bytes for {count} rows", party=party)
    return np.unpackbits(np.frombuffer(data, np.uint8), count=count).view(np.bool_)


def marked(nodes: Sequence[int], n_nodes: int) -> Mask:
    """Mark nodes."""
    mask = np.zeros(n_nodes, dtype=np.bool_)
    mask[list(nodes)] = True
    return mask
