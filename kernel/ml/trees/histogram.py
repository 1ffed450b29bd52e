"""One partition's part of a level's histograms."""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.ml.trees.sums import Adder, Array

Integers = npt.NDArray[np.int64]
NONE = np.iinfo(np.uint16).max  # a row of no node


@dataclass(frozen=True)
class Task:
    """What a partition is asked.

    Parameters
    ----------
    nodes
        The node of each row, counted from 0, or NONE.
    columns
        Which columns of codes are wanted.
    n_codes
        Codes of each wanted column.
    left_out
        For each wanted column a code that is not added up, as it follows from the node's total; or -1.
    """

    nodes: npt.NDArray[np.uint16]
    n_nodes: int
    columns: Integers
    n_codes: Integers
    left_out: Integers
    adder: Adder


@dataclass(frozen=True)
class Part:
    """The answer: rows by (node, code), what these add up to, and the nodes' totals.

    Parameters
    ----------
    index
        Of which (node, code) there are sums, which are dear; None for all.
    """

    counts: npt.NDArray[np.int32]
    index: Integers | None
    entries: Array
    totals: Array


def histogram(pair: tuple[npt.NDArray[np.uint8], Array], task: Task) -> Part:
    """Add up one partition: a byte of code for each column, and apart from these each row's entry."""
    codes, kept = pair
    rows = np.flatnonzero(task.nodes != NONE)
    node = task.nodes.take(rows).astype(np.int64)
    codes = codes if len(rows) == len(codes) else codes.take(rows, axis=0)
    codes = np.ascontiguousarray(codes.T)[task.columns]  # a row of codes for each column
    entries = task.adder.read(kept, rows)
    offsets = np.concatenate([[0], np.cumsum(task.n_codes)])
    counts = np.zeros((task.n_nodes, int(offsets[-1])), dtype=np.int32)
    sums, totals = task.adder.zeros(*counts.shape), task.adder.zeros(0)
    left_out = task.left_out >= 0
    for width, alike in _alike(tuple(task.n_codes.tolist())):
        groups = codes[alike].astype(np.int64)
        groups += node * width
        shape = task.n_nodes, width
        for column, places in zip(alike.tolist(), groups, strict=True):
            own = slice(offsets[column], offsets[column + 1])
            found = np.bincount(places, minlength=task.n_nodes * width).reshape(shape)
            counts[:, own] = found[:, : task.n_codes[column]]
        if np.any(left_out[alike]):
            groups[codes[alike] == task.left_out[alike][:, None]] = -1
        with_totals = np.any(left_out) and not len(totals)
        if with_totals:
            groups = np.concatenate([groups, node[None]])
        added = task.adder.sums(entries, groups, task.n_nodes * width)
        if with_totals:
            totals = added[len(alike) * task.n_nodes * width :][: task.n_nodes]
        for place, column in enumerate(alike.tolist()):
            found = added[place * task.n_nodes * width :][: task.n_nodes * width].reshape((*shape, -1))
            sums[:, offsets[column] : offsets[column + 1]] = found[:, : task.n_codes[column]]
    if not task.adder.dear:
        return Part(counts.ravel(), None, sums.reshape(-1, sums.shape[-1]), totals)
    wanted = counts > 0
    wanted[:, (offsets[:-1] + task.left_out)[left_out]] = False
    index = np.flatnonzero(wanted)
    return Part(counts.ravel(), index, sums.reshape(-1, sums.shape[-1])[index], totals)


@functools.lru_cache(maxsize=64)
def _alike(n_codes: tuple[int, ...]) -> list[tuple[int, Integers]]:
    """Columns with nearly as many codes, so that they are added together and few sums stay empty."""
    sizes = np.array(n_codes, dtype=np.int64)
    classes = np.ceil(np.log2(sizes)).astype(np.int64)
    return [(int(sizes[classes == one].max()), np.flatnonzero(classes == one)) for one in np.unique(classes)]
