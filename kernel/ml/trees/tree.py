"""One tree while it grows: parallel arrays over nodes, the root first, as the model keeps them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAF = -1


@dataclass
class Tree:
    """Which member's split decides at a node, and where it leads; leaves have a weight for each output.

    Parameters
    ----------
    gain
        What each split gained; it stays with the promoter.
    """

    owner: list[int] = field(default_factory=lambda: [LEAF])
    split: list[int] = field(default_factory=lambda: [LEAF])
    left: list[int] = field(default_factory=lambda: [LEAF])
    right: list[int] = field(default_factory=lambda: [LEAF])
    gain: list[float] = field(default_factory=lambda: [0.0])
    weight: list[list[float]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.owner)

    def divide(self, node: int, owner: int, split: int, gain: float) -> tuple[int, int]:
        """Make a leaf an inner node; returns its children."""
        self.owner[node], self.split[node], self.gain[node] = owner, split, gain
        self.left[node], self.right[node] = len(self), len(self) + 1
        for _ in range(2):
            for links in (self.owner, self.split, self.left, self.right):
                links.append(LEAF)
            self.gain.append(0.0)
        return self.left[node], self.right[node]

    def finish(self, weights: Floats) -> None:
        """Set the leaves' weights, (nodes, outputs); those of inner nodes become zero."""
        inner = np.array(self.owner) != LEAF
        self.weight = np.where(inner[:, None], 0.0, weights).tolist()

    def content(self) -> dict[str, Any]:
        """As the model stores it."""
        return {name: getattr(self, name) for name in ("owner", "split", "left", "right", "weight")}

    def kept(self) -> dict[str, Any]:
        """As a checkpoint stores it."""
        return self.content() | {"gain": self.gain}

    @property
    def n_leaves(self) -> int:
        """Leaves."""
        return self.owner.count(LEAF)

    @property
    def depth(self) -> int:
        """Splits on the longest path."""
        depths = [0] * len(self)
        for node in range(len(self)):
            if self.owner[node] != LEAF:
                depths[self.left[node]] = depths[self.right[node]] = depths[node] + 1
        return max(depths)
