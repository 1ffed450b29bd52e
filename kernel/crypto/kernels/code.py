"""The two halves of an expand-convolute code over GF(2^128); see `kernel.crypto.vole.code`."""

from typing import Any

import numpy as np

from kernel.crypto.kernels.field import compiled, product

MEMORY = 24  # earlier entries that a tap may add


@compiled
def convolve(state: Any, first: Any, factors: Any, taps: Any) -> None:
    """Replace entries: s[i] += f[i]·s[i-1] + the sum of those s[i-2-j], j < 24, whose bit j of taps[i] is set.

    `first` is the entry that factors[0] and taps[0] are of; the entries before it are done, and there are at least 25.
    """
    for place in range(taps.shape[0]):
        at, bits = first + place, taps[place]
        low, high = product(state[at - 1, 0], state[at - 1, 1], factors[place, 0], factors[place, 1])
        for tap in range(MEMORY):
            mask = np.uint64(0) - np.uint64((bits >> np.uint32(tap)) & np.uint32(1))
            low ^= state[at - 2 - tap, 0] & mask
            high ^= state[at - 2 - tap, 1] & mask
        state[at, 0] ^= low
        state[at, 1] ^= high


@compiled
def expand(out: Any, state: Any, before: Any, draws: Any) -> None:
    """out[r] = sum over k of the entry that draws[r, k], a number of 32 bits, hits of those after the first `before`."""
    count = np.uint64(state.shape[0] - before)
    for row in range(out.shape[0]):
        low, high = np.uint64(0), np.uint64(0)
        for k in range(draws.shape[1]):
            at = before + np.int64((np.uint64(draws[row, k]) * count) >> np.uint64(32))
            low ^= state[at, 0]
            high ^= state[at, 1]
        out[row, 0] = low
        out[row, 1] = high
