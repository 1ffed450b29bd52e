"""One partition's part of a level's histograms."""

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
        Which of the `n_columns` columns of codes are wanted.
    n_codes
        Codes of each wanted column.
    left_out
        For each wanted column a code that is not added up, as it follows from the node's total; or -1.
    """

    nodes: npt.NDArray[np.uint16]
    n_nodes: int
    n_columns: int
    columns: Integers
    n_codes: Integers
    left_out: Integers
    adder: Adder


@dataclass(frozen=True)
class Part:
    """The answer: rows by (node, code); which entries there are and what they add up to; the nodes' totals."""

    counts: npt.NDArray[np.int32]
    index: Integers
    entries: Array
    totals: Array


def histogram(block: npt.NDArray[np.uint8], task: Task) -> Part:
    """Add up one partition: a byte of code for each column, then the bytes of the entries."""
    rows = np.flatnonzero(task.nodes != NONE)
    node = task.nodes[rows].astype(np.int64)
    codes = block[rows][:, task.columns].astype(np.int64)
    entries = task.adder.read(block[rows, task.n_columns :])
    offsets = np.concatenate([[0], np.cumsum(task.n_codes)])
    places = node[:, None] * offsets[-1] + offsets[:-1] + codes
    counts = np.bincount(places.ravel(), minlength=task.n_nodes * int(offsets[-1])).astype(np.int32)
    wanted = counts.reshape(task.n_nodes, -1) > 0
    left_out = task.left_out >= 0
    wanted[:, (offsets[:-1] + task.left_out)[left_out]] = False
    index = np.flatnonzero(wanted)
    out = task.adder.zeros(task.n_nodes, int(offsets[-1]))
    codes[codes == task.left_out] = -1
    for width, alike in _alike(task.n_codes):
        groups = np.where(codes[:, alike] < 0, -1, node[:, None] * width + codes[:, alike])
        found = task.adder.sums(entries, groups, task.n_nodes * width)
        found = found.reshape((len(alike), task.n_nodes, width, *found.shape[1:]))
        for place, column in enumerate(alike.tolist()):
            n_codes = int(task.n_codes[column])
            out[:, offsets[column] : offsets[column] + n_codes] = found[place, :, :n_codes]
    totals = task.adder.zeros(0)
    if np.any(left_out):
        totals = task.adder.sums(entries, node[:, None], task.n_nodes)
    return Part(counts, index, out.reshape(-1, out.shape[-1])[index], totals)


def _alike(n_codes: Integers) -> list[tuple[int, Integers]]:
    """Columns with nearly as many codes, so that they are added together and few sums stay empty."""
    classes = np.ceil(np.log2(n_codes)).astype(np.int64) if len(n_codes) else n_codes
    return [(int(n_codes[classes == one].max()), np.flatnonzero(classes == one)) for one in np.unique(classes)]
