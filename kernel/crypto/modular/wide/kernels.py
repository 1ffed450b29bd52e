"""Loops over many numbers, compiled on first use; all release the interpreter lock.

A number is a row of limbs in Montgomery form; eight rows at a time are put side by side for `multiply8`. `field`
describes the modulus: its limbs, and those of the number 1. Rows are looked up where they are given as indices;
nobody checks these here, `arithmetic` makes them.
"""

from pathlib import Path
from typing import Any

import numpy as np

from kernel.crypto.kernel_cache import compiler
from kernel.crypto.modular.wide.montgomery import fetch, multiply8, square8
from kernel.crypto.modular.wide.vectors import LANES

_LINE_BYTES = 64

_compiled = compiler(Path(__file__).parent)


@_compiled
def _times(out: Any, left: Any, right: Any, field: Any, minus_inverse: Any) -> None:
    """Out = left·right for eight numbers side by side."""
    multiply8(
        np.uint64(out.ctypes.data),
        np.uint64(left.ctypes.data),
        np.uint64(right.ctypes.data),
        np.uint64(field.ctypes.data),
        minus_inverse,
        np.uint64(field.shape[1]),
    )


@_compiled
def _square(out: Any, base: Any, field: Any, minus_inverse: Any) -> None:
    """Out = base² for eight numbers side by side."""
    square8(
        np.uint64(out.ctypes.data),
        np.uint64(base.ctypes.data),
        np.uint64(field.ctypes.data),
        minus_inverse,
        np.uint64(field.shape[1]),
    )


@_compiled
def _fetch(values: Any, row: Any) -> None:
    """Have a row brought into the cache: rows of tables lie far apart, and a multiplication is time enough."""
    address = np.uint64(values.ctypes.data) + np.uint64(row * values.strides[0])
    for line in range(0, values.strides[0], _LINE_BYTES):
        fetch(address + np.uint64(line))


@_compiled
def _lay(lanes: Any, lane: Any, values: Any, row: Any) -> None:
    """Put one row into one lane."""
    for limb in range(lanes.shape[0]):
        lanes[limb, lane] = values[row, limb]


@_compiled
def _gather(lanes: Any, values: Any, first: Any) -> None:
    """Put rows first … first + 7 side by side; a single row stands for all, the last one for those beyond it."""
    last = values.shape[0] - 1
    for lane in range(LANES):
        _lay(lanes, lane, values, min(first + lane, last))


@_compiled
def _scatter(out: Any, first: Any, lanes: Any) -> None:
    """Write eight numbers as rows first … first + 7, as far as there are such."""
    for lane in range(min(LANES, out.shape[0] - first)):
        for limb in range(lanes.shape[0]):
            out[first + lane, limb] = lanes[limb, lane]


@_compiled
def multiply(out: Any, left: Any, right: Any, field: Any, minus_inverse: Any) -> None:
    """out[i] = left[i]·right[i]; a factor of one row serves all."""
    size = field.shape[1]
    a, b = np.empty((size, LANES), np.uint64), np.empty((size, LANES), np.uint64)
    for first in range(0, out.shape[0], LANES):
        _gather(a, left, first)
        _gather(b, right, first)
        _times(a, a, b, field, minus_inverse)
        _scatter(out, first, a)


@_compiled
def powers(out: Any, base: Any, digits: Any, window: Any, field: Any, minus_inverse: Any) -> None:
    """out[i] = base[i]^e[i], e[i] given by digits[i] of `window` bits, highest first; one row of digits serves all.

    Digits that are zero are passed over in windows of one bit only, which no secret exponent has.
    """
    size, height = field.shape[1], 1 << window
    table, result = np.empty((height, size, LANES), np.uint64), np.empty((size, LANES), np.uint64)
    chosen, last = np.empty((size, LANES), np.uint64), digits.shape[0] - 1
    _gather(table[0], field[1:2], 0)
    for first in range(0, out.shape[0], LANES):
        _gather(table[1], base, first)
        for power in range(2, height):
            _times(table[power], table[power - 1], table[1], field, minus_inverse)
        result[:] = table[0]
        for place in range(digits.shape[1]):
            if place:
                for _ in range(window):
                    _square(result, result, field, minus_inverse)
            if window == 1 and last == 0 and digits[0, place] == 0:
                continue
            for lane in range(LANES):
                digit = digits[min(first + lane, last), place]
                for limb in range(size):
                    chosen[limb, lane] = table[digit, limb, lane]
            _times(result, result, chosen, field, minus_inverse)
        _scatter(out, first, result)


@_compiled
def segments(out: Any, values: Any, index: Any, start: Any, stop: Any, field: Any, minus_inverse: Any) -> None:
    """out[s] = product of values[index[t]] over start[s] ≤ t < stop[s].

    Eight segments go side by side, so neighbours should be of like length.
    """
    size, n_segments = field.shape[1], out.shape[0]
    result, factor = np.empty((size, LANES), np.uint64), np.empty((size, LANES), np.uint64)
    for first in range(0, n_segments, LANES):
        longest = 0
        for lane in range(LANES):
            segment = min(first + lane, n_segments - 1)
            longest = max(longest, stop[segment] - start[segment])
            _lay(result, lane, field, 1)
        for step in range(longest):
            for lane in range(LANES):
                segment = min(first + lane, n_segments - 1)
                at = start[segment] + step
                if at < stop[segment]:
                    _lay(factor, lane, values, index[at])
                else:
                    _lay(factor, lane, field, 1)
                if at + 1 < stop[segment]:
                    _fetch(values, index[at + 1])
            if step:
                _times(result, result, factor, field, minus_inverse)
            else:
                result[:] = factor
        _scatter(out, first, result)


@_compiled
def weighted(out: Any, buckets: Any, field: Any, minus_inverse: Any) -> None:
    """out[i] = product over b of buckets[i, b]^(b + 1), two multiplications a bucket."""
    size, n_buckets = field.shape[1], buckets.shape[1]
    running, total = np.empty((size, LANES), np.uint64), np.empty((size, LANES), np.uint64)
    held = np.empty((size, LANES), np.uint64)
    for first in range(0, out.shape[0], LANES):
        for bucket in range(n_buckets - 1, -1, -1):
            _gather(held, buckets[:, bucket], first)
            if bucket == n_buckets - 1:
                running[:] = held
                total[:] = held
            else:
                _times(running, running, held, field, minus_inverse)
                _times(total, total, running, field, minus_inverse)
        _scatter(out, first, total)


@_compiled
def add(out: Any, left: Any, right: Any, limb_bits: Any) -> None:
    """out[i] = left[i] + right[i] without reduction; a summand of one row serves all."""
    bits = np.uint64(limb_bits)
    mask = (np.uint64(1) << bits) - np.uint64(1)
    for row in range(out.shape[0]):
        carry = np.uint64(0)
        for limb in range(out.shape[1]):
            total = left[min(row, left.shape[0] - 1), limb] + right[min(row, right.shape[0] - 1), limb] + carry
            out[row, limb] = total & mask
            carry = total >> bits


@_compiled
def reduce(values: Any, field: Any, limb_bits: Any) -> None:
    """Subtract the modulus from those below twice it that are not below it."""
    bits = np.uint64(limb_bits)
    mask = (np.uint64(1) << bits) - np.uint64(1)
    for row in range(values.shape[0]):
        limb = values.shape[1] - 1
        while limb > 0 and values[row, limb] == field[0, limb]:
            limb -= 1
        if values[row, limb] >= field[0, limb]:
            borrow = np.uint64(0)
            for low in range(values.shape[1]):
                difference = values[row, low] - field[0, low] - borrow
                values[row, low] = difference & mask
                borrow = difference >> np.uint64(63)
