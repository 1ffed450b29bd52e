"""An expand-convolute code over GF(2^128): Raghuraman, Rindal and Tanguy (CRYPTO 2023, ePrint 2023/882).

The dual form: a sparse noise vector of `n_in` entries goes through a convolution, in which each entry takes up a random
multiple of the one before it and a random half of the 24 before that, and then each of `n_out` sums adds a random entry
of each of 21 equal stretches, which the processor's cache holds one by one.

The multiples are elements of the whole field. They must be: a code whose coefficients are bits treats the 128 bits of a
noise value alike, so that what it gives is 128 syndromes of errors at the same places. Where these are no more than 128
linear algebra finds them (Metzner and Kapturowski 1990), and of more it leaves far fewer to search for. All choices are
public and fixed for a size.
"""

import itertools

import numpy as np

from kernel.crypto.aes import Words, public_key, stream
from kernel.crypto.kernels import loaded

RATE = 2  # noise entries an output
EXPANDER = 21
_BEFORE = 25  # entries that the convolution looks back
_CHUNK = 1 << 15  # whose random choices and results fit the cache


class Code:
    """The code of one size."""

    def __init__(self, n_in: int, n_out: int) -> None:
        self.n_in, self.n_out = n_in, n_out

    def room(self) -> Words:
        """Return a vector for noise, (25 + n_in, 2): the noise goes behind the first 25."""
        return np.zeros((_BEFORE + self.n_in, 2), np.uint64)

    def noise(self, room: Words) -> Words:
        """Return the part of a room that is for the noise."""
        return room[_BEFORE:]

    def compress(self, *rooms: Words) -> list[Words]:
        """Encode vectors alike to (n_out, 2); uses the rooms up."""
        code = loaded().code
        choices = stream(public_key("vole code", self.n_in, self.n_out))
        for start in range(0, self.n_in, _CHUNK):
            count = min(_CHUNK, self.n_in - start)
            factors = np.frombuffer(choices.update(bytes(16 * count)), "<u8").reshape(count, 2)
            taps = np.frombuffer(choices.update(bytes(4 * count)), "<u4")
            for room in rooms:
                code.convolve(room, _BEFORE + start, factors, taps)
        outs: list[Words] = [np.zeros((self.n_out, 2), np.uint64) for _ in rooms]
        ends = [_BEFORE + self.n_in * stretch // EXPANDER for stretch in range(EXPANDER + 1)]
        for begin, end in itertools.pairwise(ends):
            for start in range(0, self.n_out, _CHUNK):
                count = min(_CHUNK, self.n_out - start)
                draws = np.frombuffer(choices.update(bytes(4 * count)), "<u4")
                for room, out in zip(rooms, outs, strict=True):
                    code.gather(out[start : start + count], room[begin:end], draws)
        return outs
