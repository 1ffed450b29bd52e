"""Which rows and columns a tree sees. Randomness comes in as permutations, from whoever has a generator."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Permute = Callable[[int], Integers]  # a uniform permutation of so many


def share(count: int, rate: float) -> int:
    """How many of `count` a rate takes: at least one, if there is any."""
    return min(count, max(1, math.ceil(rate * count - 1e-9)))


def some(count: int, rate: float, permute: Permute) -> Integers:
    """Choose a share without replacement, ascending."""
    return np.sort(permute(count)[: share(count, rate)])


def by_gradient(strength: Floats, top: float, other: float, permute: Permute) -> tuple[Integers, Floats]:
    """Gradient-based one-side sampling (Ke et al. 2017, algorithm 2).

    Parameters
    ----------
    strength
        A row's |gradient|, summed over outputs.

    Returns
    -------
    The rows with the largest gradients and some of the others, ascending; and by what each is multiplied, so that the
    others stand for all of theirs.
    """
    count = len(strength)
    order = permute(count)
    ranked = order[np.argsort(-strength[order], kind="stable")]
    n_top = share(count, top)
    rest = np.sort(ranked[n_top:])
    others = rest[permute(len(rest))[: share(len(rest), other * count / max(1, len(rest)))]]
    factors = np.ones(count)
    factors[others] = len(rest) / max(1, len(others))
    rows = np.sort(np.concatenate([ranked[:n_top], others]))
    return rows, factors[rows]
