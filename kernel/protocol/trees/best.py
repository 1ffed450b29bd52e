"""The best candidate of each node so far. Equal gains: the promoter's own first, then providers in order."""

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

    def offer(self, member: int, sums: Integers) -> None:
        """Look at a member's candidates by the sums of their left sides, (nodes, candidates, 2·outputs)."""
        step = max(1, _ENTRIES // max(1, sums[:1].size))
        found = [self._best(sums[start : start + step], start) for start in range(0, len(sums), step)]
        number, gain = (np.concatenate(parts) for parts in zip(*found, strict=True))
        better = gain > self.gain
        self.gain = np.where(better, gain, self.gain)
        self.owner = np.where(better, member, self.owner)
        self.number = np.where(better, number, self.number)
        self._left = np.where(better[:, None], sums[np.arange(len(sums)), number], self._left)

    def _best(self, sums: Integers, start: int) -> tuple[Integers, Floats]:
        """Best candidate of some nodes, and its gain."""
        whole = self._gradients.real(self.totals[start : start + len(sums)])
        gains = self._penalty.gains(self._gradients.real(sums), whole)
        number = np.argmax(gains, axis=1)
        return number, gains[np.arange(len(gains)), number]

    def flags(self) -> npt.NDArray[np.uint8]:
        """Which children have curvature enough to be split again, as `Rows.descend` takes it."""
        split = self.owner != LEAF
        flags = np.zeros(len(split), dtype=np.uint8)
        for bit, sums in ((LEFT_OPEN, self._left), (RIGHT_OPEN, self.totals - self._left)):
            _, curvatures = self._gradients.real(sums)
            flags[split & self._penalty.can_split(curvatures)] |= bit
        return flags
