"""Arithmetic on eight numbers at a time, spread over the machine's cores; an entry is a row of limbs.

Entries are in Montgomery form and below twice the modulus; only `store` reduces them fully.
"""

import functools
from collections.abc import Callable

import gmpy2
import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.arithmetic import Bytes, Indices, Residues
from kernel.crypto.modular.threads import on_all
from kernel.crypto.modular.wide import kernels
from kernel.crypto.modular.wide.limbs import Limbs, from_limbs, to_limbs
from kernel.crypto.modular.wide.vectors import LANES, LIMB_BITS, MAX_LIMBS

_SPARE_BITS = 2  # R > 4·modulus
_SHARED_WINDOW, _OWN_WINDOW = 5, 4  # bits of a digit of one exponent for all, and of short ones
_PIECE = 64  # longest segment that stays whole
_CHUNKS = 4  # numbers to reduce are at most so many times as long as the modulus
_WORTH = 16  # fewer numbers are not worth a second thread


class Wide:
    """Numbers modulo one odd modulus."""

    def __init__(self, modulus: int) -> None:
        self.modulus = modulus
        self._size = 2 * -(-(modulus.bit_length() + _SPARE_BITS) // (2 * LIMB_BITS))
        if self._size > MAX_LIMBS:
            raise ValueError(f"a modulus of {modulus.bit_length()} bits is too long")
        bits = LIMB_BITS * self._size
        self._chunk = bits // 8
        self._minus_inverse = np.uint64(-pow(modulus, -1, 1 << LIMB_BITS) % (1 << LIMB_BITS))
        self._field = self._limbs([modulus, (1 << bits) % modulus])
        # What brings a number, and the same number times 2^(8·chunk·k), into Montgomery form.
        self._into = [self._limbs([pow(2, 2 * bits + 8 * self._chunk * k, modulus)]) for k in range(_CHUNKS)]
        self._unit = self._limbs([1])

    def _limbs(self, values: list[int]) -> Limbs:
        width = max(1, -(-max(values).bit_length() // 8))
        data = b"".join(value.to_bytes(width, "big") for value in values)
        return to_limbs(np.frombuffer(data, np.uint8).reshape(-1, width), self._size)

    def load(self, data: Bytes) -> Residues:
        """Reduce numbers of any width."""
        if data.shape[1] > _CHUNKS * self._chunk:
            raise ValueError(f"{data.shape[1]} bytes are too many to reduce")
        stops = range(data.shape[1], 0, -self._chunk)
        parts = [
            self.multiply(to_limbs(data[:, max(0, stop - self._chunk) : stop], self._size), into)
            for stop, into in zip(stops, self._into, strict=False)
        ]
        return functools.reduce(self.add, parts)

    def store(self, values: Residues, width: int) -> Bytes:
        """Write the representatives in [0, modulus)."""
        plain = self.multiply(values, self._unit)  # at most the modulus, and then a multiple of it
        plain[np.all(plain == self._field[0], axis=1)] = 0
        return from_limbs(plain, width)

    def combine(self, left: Bytes, right: Bytes) -> Bytes:
        """Multiply stored numbers."""
        product = self.multiply(to_limbs(left, self._size), to_limbs(right, self._size))
        plain = self.multiply(product, self._into[0])  # below twice the modulus, and out of Montgomery form again
        kernels.reduce(plain, self._field, LIMB_BITS)
        return from_limbs(plain, left.shape[1])

    def add(self, left: Residues, right: Residues) -> Residues:
        """Left + right."""
        out = self._empty(_rows(left, right))
        kernels.add(out, np.ascontiguousarray(left), np.ascontiguousarray(right), LIMB_BITS)
        return self.multiply(out, self._field[1:])

    def multiply(self, left: Residues, right: Residues) -> Residues:
        """Left · right."""
        out = self._empty(_rows(left, right))
        self._spread(
            len(out),
            lambda s: kernels.multiply(out[s], _part(left, s), _part(right, s), self._field, self._minus_inverse),
        )
        return out

    def power(self, values: Residues, exponent: int) -> Residues:
        """One non-negative exponent for all."""
        window = 1 if exponent.bit_count() == 1 else _SHARED_WINDOW
        count = -(-exponent.bit_length() // window)
        digits = [(exponent >> (window * place)) & ((1 << window) - 1) for place in range(count - 1, -1, -1)]
        return self._power(values, np.array([digits], np.uint8), window)

    def powers(self, values: Residues, exponents: npt.NDArray[np.uint64]) -> Residues:
        """To each its own exponent."""
        count = -(-int(exponents.max(initial=0)).bit_length() // _OWN_WINDOW)
        shifts = np.arange(count - 1, -1, -1, dtype=np.uint64) * np.uint64(_OWN_WINDOW)
        digits = exponents[:, None] >> shifts & np.uint64((1 << _OWN_WINDOW) - 1)
        return self._power(values, digits.astype(np.uint8), _OWN_WINDOW)

    def _power(self, values: Residues, digits: npt.NDArray[np.uint8], window: int) -> Residues:
        out, values = self._empty(len(values)), np.ascontiguousarray(values)
        self._spread(
            len(out),
            lambda s: kernels.powers(out[s], values[s], _part(digits, s), window, self._field, self._minus_inverse),
        )
        return out

    def invert(self, values: Residues) -> Residues:
        """Inverses, with a single inversion at the root of a tree of products."""
        levels = [values]
        while len(levels[-1]) > 1:
            level = levels[-1]
            if len(level) % 2:
                level = levels[-1] = np.concatenate([level, self._field[1:]])
            levels.append(self.multiply(level[0::2], level[1::2]))
        if not len(values):
            return values
        width = -(-self.modulus.bit_length() // 8)
        root = int.from_bytes(self.store(levels[-1], width).tobytes(), "big")
        inverse = int(gmpy2.invert(root, self.modulus))
        found = self.load(np.frombuffer(inverse.to_bytes(width, "big"), np.uint8).reshape(1, width))
        for level in reversed(levels[:-1]):
            below = self._empty(len(level))
            below[0::2] = self.multiply(found[: len(level) // 2], level[1::2])
            below[1::2] = self.multiply(found[: len(level) // 2], level[0::2])
            found = below
        return found[: len(values)]

    def segments(self, values: Residues, index: Indices, start: Indices, stop: Indices) -> Residues:
        """Products of values[index[t]] over start[s] ≤ t < stop[s], for every s: long ones in pieces, like by like."""
        _check_within(index, 0, len(values) - 1)  # the kernel reads memory wherever it is told to
        _check_within(start, 0, len(index))
        _check_within(stop, 0, len(index))
        pieces = np.maximum(1, -(-(stop - start) // _PIECE))
        first = np.concatenate([[0], np.cumsum(pieces)])
        place = np.arange(first[-1]) - np.repeat(first[:-1], pieces)
        begin = np.repeat(start, pieces) + _PIECE * place
        end = np.minimum(begin + _PIECE, np.repeat(stop, pieces))
        order = np.argsort(begin - end, kind="stable")
        begin, end = begin[order], end[order]
        out = self._empty(len(order))
        self._spread(
            len(out),
            lambda s: kernels.segments(out[s], values, index, begin[s], end[s], self._field, self._minus_inverse),
        )
        if len(out) == len(start):
            whole = np.empty_like(out)
            whole[order] = out
            return whole
        return self.segments(out, np.argsort(order), first[:-1], first[1:])

    def weighted(self, buckets: Residues) -> Residues:
        """Products over b of buckets[i, b]^(b + 1)."""
        out = self._empty(len(buckets))
        self._spread(len(out), lambda s: kernels.weighted(out[s], buckets[s], self._field, self._minus_inverse))
        return out

    def _empty(self, count: int) -> Limbs:
        return np.empty((count, self._size), np.uint64)

    @staticmethod
    def _spread(count: int, work: Callable[[slice], object]) -> None:
        """Do `work` on parts of `count` numbers, a thread each."""
        on_all(work, count, _WORTH, LANES)


def _rows(left: Residues, right: Residues) -> int:
    return min(len(left), len(right)) and max(len(left), len(right))


def _check_within(indices: Indices, least: int, most: int) -> None:
    if indices.size and not least <= int(indices.min()) <= int(indices.max()) <= most:
        raise IndexError(f"an index outside {least} … {most}")


def _part(values: npt.NDArray[np.uint64] | npt.NDArray[np.uint8], rows: slice) -> Residues:
    return values if len(values) == 1 else values[rows]
