"""Scorer of tree models (kind vert_secureboost): the promoter walks all trees by the decisions of all members.

A tree in a model's content is {"owner", "split", "left", "right", "weight"}, parallel lists over its nodes, node 0 its
root: `owner` is the place among the model's members of the one whose split `split` decides there, -1 at a leaf;
`weight` is what a leaf adds to each of the C outputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.ml.scoring.splits import Bools, Splits, decide

__all__ = ["KINDS", "Forest", "Splits", "decide", "leaves", "walk"]

KINDS = ("vert_secureboost",)
_WEIGHTS = 1 << 22  # weights that are gathered at a time: rows, trees and outputs multiply
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Forest:
    """All trees of a model, their nodes numbered through.

    Parameters
    ----------
    needed
        Of each member, how many of its first splits the trees ask.
    roots, depth
        Each tree's first node; how many splits lie at most above a leaf.
    place
        Of each node, its split's column when the members' needed decisions stand side by side; 0 at leaves.
    children
        Places 2i and 2i + 1: where node i sends a row on False (right) and on True (left); a leaf keeps it.
    weight, base
        What a leaf adds, shape (nodes, C), zeros at inner nodes; what every row begins with, shape (C,).
    leaf
        Of each leaf, its number among its tree's leaves; 0 at inner nodes.
    """

    members: tuple[str, ...]
    needed: tuple[int, ...]
    roots: Ints
    depth: int
    place: Ints
    children: Ints
    weight: Floats
    base: Floats
    leaf: Ints

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Forest":
        """Read the trees of a promoter's content.

        Raises
        ------
        BadPayload
            Lists of different lengths, numbers out of range, nodes that form no tree; a split of our own that is not
            there names us.
        """
        members = tuple(content["members"])
        base = np.array(content["base_score"], dtype=np.float64)
        trees = [_Tree.of(number, tree, len(members), len(base)) for number, tree in enumerate(content["trees"])]
        sizes = [len(tree.owner) for tree in trees]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        owner = _joined([tree.owner for tree in trees])
        split = _joined([tree.split for tree in trees])
        needed = [int(split[owner == place].max(initial=-1)) + 1 for place in range(len(members))]
        if needed[0] > len(content["splits"]):
            told = f"split {needed[0] - 1} of {members[0]} is asked and {len(content['splits'])} are there"
            raise BadPayload(told, party=members[0])
        offsets = np.concatenate([[0], np.cumsum(needed)]).astype(np.int64)
        sides = [np.stack([tree.right, tree.left], axis=1) + start for tree, start in zip(trees, starts, strict=False)]
        return cls(
            members=members,
            needed=tuple(needed),
            roots=starts[:-1],
            depth=max((tree.depth for tree in trees), default=0),
            place=np.where(owner < 0, 0, offsets[owner] + split),
            children=_joined([side.ravel() for side in sides]),
            weight=np.concatenate([np.zeros((0, len(base))), *(tree.weight for tree in trees)]),
            base=base,
            leaf=_joined([np.where(tree.owner < 0, np.cumsum(tree.owner < 0) - 1, 0) for tree in trees]),
        )


@dataclass(frozen=True, slots=True)
class _Tree:
    """One tree, checked; leaves point at themselves."""

    owner: Ints
    split: Ints
    left: Ints
    right: Ints
    weight: Floats
    depth: int

    @classmethod
    def of(cls, number: int, tree: Mapping[str, Any], n_members: int, n_outputs: int) -> "_Tree":
        try:
            owner, split, left, right = (_integers(tree[name]) for name in ("owner", "split", "left", "right"))
            weight = np.array(tree["weight"], dtype=np.float64)
        except (KeyError, TypeError, ValueError) as problem:
            raise BadPayload(f"tree {number} is no tree: {problem}") from problem
        own = np.arange(len(owner))
        inner = owner >= 0
        if not (
            len(owner) > 0
            and len(owner) == len(split) == len(left) == len(right)
            and weight.shape == (len(owner), n_outputs)
            and np.all(np.isfinite(weight))
            and np.all((owner >= -1) & (owner < n_members))
            and np.all(split[inner] >= 0)
            and all(np.all((side[inner] >= 0) & (side[inner] < len(owner))) for side in (left, right))
        ):
            raise BadPayload(f"tree {number}: its lists differ in length, or a number in them is out of range")
        left, right = np.where(inner, left, own), np.where(inner, right, own)
        return cls(owner, split, left, right, weight, _depth(number, inner, left, right))


def _depth(number: int, inner: Bools, left: Ints, right: Ints) -> int:
    """Count the levels below the root, and see that no node is come to twice."""
    seen = np.zeros(len(inner), dtype=np.int64)
    level, depth = np.zeros(1, dtype=np.int64), -1
    while len(level):
        np.add.at(seen, level, 1)
        if seen.max() > 1:
            raise BadPayload(f"tree {number}: a node is reached in two ways")
        split = level[inner[level]]
        level, depth = np.concatenate([left[split], right[split]]), depth + 1
    return depth


def _integers(values: Sequence[Any]) -> Ints:
    array = np.array(values, dtype=np.int64 if len(values) == 0 else None)
    if array.ndim != 1 or array.dtype.kind != "i":
        raise ValueError("not whole numbers")
    return array.astype(np.int64)


def _joined(arrays: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def walk(forest: Forest, decisions: Sequence[Bools]) -> Floats:
    """Score rows.

    Parameters
    ----------
    decisions
        Each member's, in the order of `forest.members`: shape (n_rows, its splits), True is left.

    Returns
    -------
    array, shape (n_rows, C)
        Raw scores: the base plus the weights of the leaves that the row reaches.

    Raises
    ------
    BadPayload
        A member's decisions lack a split that the trees ask; its name is in `party`.
    """
    reached = _reach(forest, decisions)
    most = max(1, _WEIGHTS // max(1, reached.shape[1] * len(forest.base)))
    parts = [forest.weight[reached[start : start + most]].sum(axis=1) for start in range(0, len(reached), most)]
    return np.asarray(forest.base + np.concatenate([np.zeros((0, len(forest.base))), *parts]))


def leaves(forest: Forest, decisions: Sequence[Bools]) -> Ints:
    """Find the leaf of every tree that each row reaches, numbered within its tree; shape (n_rows, trees)."""
    return forest.leaf[_reach(forest, decisions)]


def _reach(forest: Forest, decisions: Sequence[Bools]) -> Ints:
    """Follow all rows through all trees at once, a level a step; returns nodes, shape (n_rows, trees)."""
    for member, needed, decided in zip(forest.members, forest.needed, decisions, strict=True):
        if decided.shape[1] < needed:
            told = f"decisions on {decided.shape[1]} splits of {member}, and the trees ask for split {needed - 1}"
            raise BadPayload(told, party=member)
    sides = np.hstack([decided[:, :needed] for needed, decided in zip(forest.needed, decisions, strict=True)])
    n_rows, n_sides = sides.shape
    flat = sides.ravel()
    row = (np.arange(n_rows, dtype=np.int64) * n_sides)[:, None]
    node = np.tile(forest.roots, (n_rows, 1))
    for _ in range(forest.depth):
        went_left = flat.take(row + forest.place.take(node))
        node = forest.children.take(2 * node + went_left)
    return node
