"""One party's columns in training: their codes by row, and where rows go."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.data.engine import Blocks, cut
from kernel.ml.trees.binning import ColumnBins
from kernel.ml.trees.candidates import Candidates
from kernel.ml.trees.sampling import Permute, share, some
from kernel.protocol.trees.rows import Rows

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
_NONE = np.iinfo(np.uint16).max  # a row of a node without a split


@dataclass(frozen=True)
class Columns:
    """Bins, and the codes of training rows and then of validation rows.

    Parameters
    ----------
    parts
        Blocks of codes: those of the training rows first.
    """

    bins: Sequence[ColumnBins]
    parts: Sequence[Blocks]

    @property
    def n_training(self) -> int:
        """Rows with gradients."""
        return self.parts[0].n_rows

    @property
    def n_rows(self) -> int:
        """All rows."""
        return sum(part.n_rows for part in self.parts)

    def n_candidates(self, rate: float) -> int:
        """Count the most candidates that a share of the columns has: what every node is answered with."""
        counts = sorted((len(Candidates([column])) for column in self.bins), reverse=True)
        return sum(counts[: share(len(counts), rate)])

    def candidates(self, chosen: Integers) -> Candidates:
        """Candidates of chosen columns."""
        if len(chosen) == len(self.bins):
            return self._candidates
        return Candidates([self.bins[index] for index in chosen.tolist()])

    @functools.cached_property
    def _candidates(self) -> Candidates:
        return Candidates(self.bins)

    def choose(self, rate: float, permute: Permute) -> Integers:
        """Choose a tree's columns."""
        return some(len(self.bins), rate, permute) if rate < 1 else np.arange(len(self.bins))

    def sides(self, rows: Rows, splits: dict[int, tuple[int, Mask]]) -> Mask:
        """Tell by place whether each row goes left; False for rows of nodes without a split.

        Parameters
        ----------
        splits
            For nodes: the column, and for each of 256 codes whether it goes left.
        """
        nodes = sorted(splits)
        which = np.full(self.n_rows, _NONE, dtype=np.uint16)
        for place, node in enumerate(nodes):
            which[rows.of(node)] = place
        column = np.array([splits[one][0] for one in nodes], dtype=np.int64)
        lefts = np.array([splits[one][1] for one in nodes])
        bits = []
        start = 0
        for part in self.parts:
            stop = start + part.n_rows
            pieces = cut(which[start:stop], part.sizes)
            found = part.run(_sides, [(piece, column, lefts) for piece in pieces])
            bits += [np.unpackbits(data, count=len(piece)) for data, piece in zip(found, pieces, strict=True)]
            start = stop
        by_row, left = np.concatenate(bits).view(np.bool_), np.zeros(rows.n_places, dtype=np.bool_)
        for node in nodes:
            left[rows.places(node)] = by_row.take(rows.of(node))
        return left


def _sides(block: Bytes, argument: tuple[npt.NDArray[np.uint16], Integers, npt.NDArray[np.bool_]]) -> Bytes:
    which, column, lefts = argument
    left = np.zeros(len(block), dtype=np.bool_)
    rows = np.flatnonzero(which != _NONE)
    split = which.take(rows).astype(np.int64)
    codes = block.ravel().take(rows * block.shape[1] + column.take(split))
    left[rows] = lefts.ravel().take(split * lefts.shape[1] + codes)
    return np.packbits(left)
