"""Many puncturable pseudo-random functions at once: trees of Goldreich, Goldwasser and Micali.

Whoever has the roots knows all leaves; the other side learns, by one oblivious transfer a level, all leaves of each
tree but the one at its secret place. Arrays are (node, tree, 2). Trees have `length` leaves, not a power of two: of
each level only the first nodes exist, those with a leaf below. Children of s are π_0(s) + s and π_1(s) + s under two
public keys.
"""

import numpy as np
import numpy.typing as npt

from kernel.crypto.aes import Permutation, Words, public_key

Places = npt.NDArray[np.int64]  # (n_trees,)


def depth_of(length: int) -> int:
    """Levels below the root."""
    return max(1, (length - 1).bit_length())


def _sizes(length: int) -> list[int]:
    """Nodes of each level below the root."""
    depth = depth_of(length)
    return [-(-length // (1 << (depth - level))) for level in range(1, depth + 1)]


class Trees:
    """Grows trees of one session."""

    def __init__(self, session: bytes, length: int) -> None:
        self._sides = [Permutation(public_key("tree", session, side)) for side in range(2)]
        self._sizes = _sizes(length)

    def grow(self, roots: Words) -> tuple[Words, list[Words]]:
        """Return all leaves (length, n_trees, 2), and each level's sums (2, n_trees, 2) of left and right nodes."""
        nodes, sums = roots[None], []
        for size in self._sizes:
            nodes = self._children(nodes, size)
            sums.append(np.stack([np.bitwise_xor.reduce(nodes[side::2], axis=0) for side in range(2)]))
        return nodes, sums

    def regrow(self, places: Places, known: list[Words]) -> Words:
        """Return all leaves but those at `places`, which are zero.

        `known` has for each level the sum (n_trees, 2) of the nodes on the side that the way does not take.
        """
        trees, depth = np.arange(len(places)), len(self._sizes)
        nodes: Words = np.zeros((1, len(places), 2), np.uint64)
        for level, (size, told) in enumerate(zip(self._sizes, known, strict=True), start=1):
            nodes = self._children(nodes, size)
            way = places >> (depth - level)
            beside = way ^ 1
            nodes[way, trees] = 0  # children of a node that we do not know
            there = beside < size
            nodes[beside[there], trees[there]] = 0
            sums = np.stack([np.bitwise_xor.reduce(nodes[side::2], axis=0) for side in range(2)])
            nodes[beside[there], trees[there]] = (told ^ sums[beside & 1, trees])[there]
        return nodes

    def _children(self, nodes: Words, size: int) -> Words:
        children = np.empty((2 * len(nodes), *nodes.shape[1:]), np.uint64)
        for side, permutation in enumerate(self._sides):
            children[side::2] = permutation.hashed(nodes)
        return children[:size]


def sides(places: Places, length: int) -> npt.NDArray[np.uint8]:
    """Which side of each level the ways to the places do not take, (depth, n_trees)."""
    depth = depth_of(length)
    return np.stack([places >> (depth - level) & 1 ^ 1 for level in range(1, depth + 1)]).astype(np.uint8)
