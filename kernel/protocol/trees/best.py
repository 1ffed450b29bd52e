"""The best candidate of each node. Equal gains: the promoter's own first, then providers in order."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.ml.trees.gain import Penalty
from kernel.ml.trees.quantise import Quantised
from kernel.ml.trees.tree import LEAF
from kernel.protocol.trees.rows import LEFT_OPEN, RIGHT_OPEN

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_ENTRIES = 1 << 22  # sums that are looked at together: gains take several times their room


class Best:
    """Choice among all members' candidates of one level.

    Parameters
    ----------
    totals
        The nodes' sums, (nodes, 2·outputs).
    """

    def __init__(self, totals: Integers, gradients: Quantised, penalty: Penalty) -> None:
        self.totals, self._gradients, self._penalty = totals, gradients, penalty
        self.gain = np.full(len(totals), -np.inf)
        self.owner = np.full(len(totals), LEAF, dtype=np.int64)
        self.number = np.full(len(totals), -1, dtype=np.int64)
        self._left: Integers = np.zeros_like(totals)

    def choose(self, offers: Sequence[tuple[int, Integers]]) -> None:
        """Choose among members' candidates by the sums of their left sides, (nodes, candidates, 2·outputs) each.

        Parameters
        ----------
        offers
            Members, in the order in which one of equals is preferred.
        """
        if not offers:
            return
        starts = np.cumsum([0, *(sums.shape[1] for _, sums in offers)])
        step = max(1, _ENTRIES // max(1, sum(sums[:1].size for _, sums in offers)))
        for start in range(0, len(self.totals), step):
            here = slice(start, start + step)
            parts = [sums[here] for _, sums in offers]
            self._choose(here, parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))
        found = np.searchsorted(starts, self.number, side="right") - 1
        split = self.gain > -np.inf
        self.owner = np.where(split, np.array([member for member, _ in offers])[found], LEAF)
        self.number = np.where(split, self.number - starts[found], -1)

    def _choose(self, here: slice, sums: Integers) -> None:
        """Find the best candidate of some nodes, and its gain."""
        gains = self._penalty.gains(self._gradients.real(sums), self._gradients.real(self.totals[here]))
        number, nodes = np.argmax(gains, axis=1), np.arange(len(gains))
        self.gain[here], self.number[here], self._left[here] = gains[nodes, number], number, sums[nodes, number]

    def flags(self) -> npt.NDArray[np.uint8]:
        """Which children have curvature enough to be split again, as `Rows.descend` takes it."""
        split = self.owner != LEAF
        flags = np.zeros(len(split), dtype=np.uint8)
        for bit, sums in ((LEFT_OPEN, self._left), (RIGHT_OPEN, self.totals - self._left)):
            _, curvatures = self._gradients.real(sums)
            flags[split & self._penalty.can_split(curvatures)] |= bit
        return flags
