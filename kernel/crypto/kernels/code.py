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
def gather(out: Any, stretch: Any, draws: Any) -> None:
    """out[r] += the entry of `stretch` that draws[r], a number of 32 bits, hits."""
    count = np.uint64(stretch.shape[0])
    for row in range(out.shape[0]):
        at = np.int64((np.uint64(draws[row]) * count) >> np.uint64(32))
        out[row, 0] ^= stretch[at, 0]
        out[row, 1] ^= stretch[at, 1]
