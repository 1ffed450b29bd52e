"""Loops of the oblivious key-value store; see `kernel.crypto.okvs`."""

from typing import Any

import numpy as np

from kernel.crypto.kernels.field import compiled

WEIGHT = 3


@compiled
def place(rows: Any, draws: Any, size: Any) -> None:
    """rows[i] = three different places below `size`, from 32 bits each of draws[i]."""
    size = np.uint64(size)
    for i in range(rows.shape[0]):
        a = (np.uint64(draws[i, 0]) * size) >> np.uint64(32)
        b = (np.uint64(draws[i, 1]) * (size - np.uint64(1))) >> np.uint64(32)
        c = (np.uint64(draws[i, 2]) * (size - np.uint64(2))) >> np.uint64(32)
        if b >= a:
            b += np.uint64(1)
        if c >= min(a, b):
            c += np.uint64(1)
        if c >= max(a, b):
            c += np.uint64(1)
        rows[i, 0], rows[i, 1], rows[i, 2] = a, b, c


@compiled
def peel(rows: Any, size: Any, order: Any, pivot: Any) -> Any:
    """Take away, one after the other, keys that have a place of their own: which, and that place; return how many."""
    held, mixed = np.zeros(size, np.uint32), np.zeros(size, np.uint32)  # keys of a place: how many, and their xor
    for i in range(rows.shape[0]):
        for k in range(WEIGHT):
            held[rows[i, k]] += np.uint32(1)
            mixed[rows[i, k]] ^= np.uint32(i)
    lonely, n_lonely = np.empty(size, np.uint32), 0
    for column in range(size):
        if held[column] == 1:
            lonely[n_lonely] = column
            n_lonely += 1
    taken, at = 0, 0
    while at < n_lonely:
        column = lonely[at]
        at += 1
        if held[column] != 1:
            continue
        key = mixed[column]
        order[taken], pivot[taken] = key, column
        taken += 1
        for k in range(WEIGHT):
            other = rows[key, k]
            held[other] -= np.uint32(1)
            mixed[other] ^= np.uint32(key)
            if held[other] == 1:
                lonely[n_lonely] = other
                n_lonely += 1
    return taken


@compiled
def _of(sparse: Any, sums: Any, row: Any, mask: Any) -> Any:
    """Sum of three entries and of those dense ones whose bits are set, eight at a time."""
    low = sparse[row[0], 0] ^ sparse[row[1], 0] ^ sparse[row[2], 0]
    high = sparse[row[0], 1] ^ sparse[row[1], 1] ^ sparse[row[2], 1]
    for byte in range(sums.shape[0]):
        chosen = (mask >> np.uint64(8 * byte)) & np.uint64(255)
        low ^= sums[byte, chosen, 0]
        high ^= sums[byte, chosen, 1]
    return low, high


@compiled
def substitute(sparse: Any, sums: Any, rows: Any, masks: Any, values: Any, order: Any, pivot: Any) -> None:
    """Set the pivots, which are zero, in the reverse of the order in which they were taken."""
    for at in range(order.shape[0] - 1, -1, -1):
        key, column = order[at], pivot[at]
        low, high = _of(sparse, sums, rows[key], masks[key])
        sparse[column, 0] = low ^ values[key, 0]
        sparse[column, 1] = high ^ values[key, 1]


@compiled
def decode(out: Any, sparse: Any, sums: Any, rows: Any, masks: Any) -> None:
    """out[i] = the value of key i."""
    for i in range(out.shape[0]):
        out[i, 0], out[i, 1] = _of(sparse, sums, rows[i], masks[i])
