"""Gains of splits and weights of leaves, by XGBoost's formulas (Chen and Guestrin 2016, equations 5 to 7).

With several outputs the gains add up, and a child's weight is the mean of its outputs' curvatures.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_NOISE = 1e-10  # below, a gain is what rounding left of nothing


@dataclass(frozen=True)
class Penalty:
    """What a tree pays for: L1 and L2 on leaf weights, the least curvature of a child, the least gain of a split."""

    l1: float
    l2: float
    min_child_weight: float
    min_gain: float

    def gains(self, left: tuple[Floats, Floats], whole: tuple[Floats, Floats]) -> Floats:
        """Gain of each candidate, -inf where it is not allowed.

        Parameters
        ----------
        left
            Gradients and curvatures of the left sides, (nodes, candidates, outputs).
        whole
            Those of the nodes, (nodes, outputs).
        """
        g, h = (one[:, None, :] for one in whole)
        right = g - left[0], h - left[1]
        children = self._score(*left) + self._score(*right)
        gain = children - self._score(g, h)
        smallest = np.minimum(left[1].mean(axis=-1), right[1].mean(axis=-1))
        allowed = (
            (smallest > 0) & (smallest >= self.min_child_weight) & (gain > np.maximum(self.min_gain, _NOISE * children))
        )
        return np.where(allowed, gain, -np.inf)

    def weights(self, gradients: Floats, curvatures: Floats) -> Floats:
        """Leaf weights -T(G)/(H + l2), before the learning rate."""
        below = curvatures + self.l2
        return np.where(below > 0, -self._soft(gradients) / np.where(below > 0, below, 1.0), 0.0)

    def can_split(self, curvatures: Floats) -> npt.NDArray[np.bool_]:
        """Tell which nodes have curvature enough for two children, (nodes, outputs)."""
        return np.asarray(curvatures.mean(axis=-1) >= 2 * self.min_child_weight)

    def _score(self, gradients: Floats, curvatures: Floats) -> Floats:
        below = curvatures + self.l2
        scores = np.where(below > 0, self._soft(gradients) ** 2 / np.where(below > 0, below, 1.0), 0.0)
        return np.asarray(scores.sum(axis=-1))

    def _soft(self, gradients: Floats) -> Floats:
        return np.asarray(np.sign(gradients) * np.maximum(np.abs(gradients) - self.l1, 0.0))
