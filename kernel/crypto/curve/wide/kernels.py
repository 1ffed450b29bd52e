"""Loops over many points, compiled on first use; all release the interpreter lock.

A number is a row of four 64-bit words, lowest first; as many rows as a vector has lanes are computed at a time. The
`kind` says in which limbs. Time and addresses depend on how many rows there are only, never on what they hold.
"""

from pathlib import Path
from typing import Any

import numpy as np

from kernel.crypto.curve.wide.field import LIMB_BITS, P_LIMBS, SIZE
from kernel.crypto.curve.wide.routines import finish, multiply, prepare, squares, steps
from kernel.crypto.kernel_cache import compiler
from kernel.crypto.modular import wide

_WORD_BITS, _WORDS = 64, 4
_SCALAR_BITS = 255
_GROUP = 32  # vectors that share an inversion
_BITS, _MASK = np.uint64(LIMB_BITS), np.uint64((1 << LIMB_BITS) - 1)
_DIGIT_BITS, _DIGIT = np.uint64(32), np.uint64((1 << 32) - 1)
_P_LIMBS = np.array(P_LIMBS, np.uint64)

_compiled = compiler(Path(__file__).parent, Path(wide.__file__).parent)  # whose vectors the routines use


@_compiled
def _at(elements: Any, place: Any) -> Any:
    """Address of an element."""
    return np.uint64(elements.ctypes.data) + np.uint64(place * elements.strides[0])


@_compiled
def _spread(element: Any, rows: Any, first: Any, kind: Any) -> None:
    """Cut rows first … into limbs, one row a lane, the last one for those beyond it; bit 255 is passed over."""
    for lane in range(kind.lanes):
        row = min(first + lane, rows.shape[0] - 1)
        for limb in range(SIZE):
            word, shift = LIMB_BITS * limb // _WORD_BITS, LIMB_BITS * limb % _WORD_BITS
            value = rows[row, word] >> np.uint64(shift)
            if shift + LIMB_BITS > _WORD_BITS:
                value |= rows[row, word + 1] << np.uint64(_WORD_BITS - shift)
            element[limb, lane] = (value & _MASK) + np.uint64(kind.offset)


@_compiled
def _join(words: Any, element: Any, lane: Any, kind: Any) -> None:
    """Write one lane of an element as a number below p."""
    for word in range(_WORDS):
        words[word] = 0
    surplus = np.uint64(19)
    for limb in range(SIZE):  # is it p or more: does 19 more reach 2^255?
        surplus = (_limb(element, limb, lane, kind) + surplus) >> _BITS
    carry = np.uint64(19) * surplus
    for limb in range(SIZE):
        total = _limb(element, limb, lane, kind) + carry
        carry = total >> _BITS
        word, shift = LIMB_BITS * limb // _WORD_BITS, LIMB_BITS * limb % _WORD_BITS
        words[word] |= (total & _MASK) << np.uint64(shift)
        if shift + LIMB_BITS > _WORD_BITS:
            words[word + 1] |= (total & _MASK) >> np.uint64(_WORD_BITS - shift)


@_compiled
def _limb(element: Any, limb: Any, lane: Any, kind: Any) -> Any:
    """Return a limb without the offset, and with p so that none is negative; the number stays below 2p."""
    if kind.offset == 0:
        return element[limb, lane]
    return element[limb, lane] + (np.uint64(_P_LIMBS[limb]) - np.uint64(kind.offset))


@_compiled
def _power(held: Any, kind: Any) -> None:
    """From z in held[0]: z^(2^250 - 1) in held[1], z^11 in held[2], z^4·z in held[3]."""
    z, t, eleven, five, u = _at(held, 0), _at(held, 1), _at(held, 2), _at(held, 3), _at(held, 4)
    one = np.uint64(1)
    squares(kind, u, z, one)
    squares(kind, t, u, one)
    multiply(kind, five, t, z)
    squares(kind, t, t, one)
    multiply(kind, t, t, z)  # 9
    multiply(kind, eleven, t, u)
    squares(kind, u, eleven, one)
    multiply(kind, t, u, t)  # 2^5 - 1
    w = _at(held, 5)
    squares(kind, u, t, np.uint64(5))
    multiply(kind, t, u, t)  # 2^10 - 1
    squares(kind, u, t, np.uint64(10))
    multiply(kind, w, u, t)  # 2^20 - 1
    squares(kind, u, w, np.uint64(20))
    multiply(kind, u, u, w)  # 2^40 - 1
    squares(kind, u, u, np.uint64(10))
    multiply(kind, t, u, t)  # 2^50 - 1
    squares(kind, u, t, np.uint64(50))
    multiply(kind, w, u, t)  # 2^100 - 1
    squares(kind, u, w, np.uint64(100))
    multiply(kind, u, u, w)  # 2^200 - 1
    squares(kind, u, u, np.uint64(50))
    multiply(kind, t, u, t)  # 2^250 - 1


@_compiled
def _begin(state: Any, kind: Any) -> None:
    """x_1 is given; (x_2 : z_2) = (1 : 0), (x_3 : z_3) = (x_1 : 1)."""
    for limb in range(SIZE):
        for lane in range(kind.lanes):
            one = np.uint64(kind.offset) + np.uint64(limb == 0)
            state[1, limb, lane], state[2, limb, lane] = one, np.uint64(kind.offset)
            state[3, limb, lane], state[4, limb, lane] = state[0, limb, lane], one


@_compiled
def _end(x: Any, z: Any, state: Any, swap: Any) -> None:
    """Swap a last time and write (x : z)."""
    for limb in range(SIZE):
        for lane in range(x.shape[1]):
            x[limb, lane] = state[1, limb, lane] ^ (swap & (state[1, limb, lane] ^ state[3, limb, lane]))
            z[limb, lane] = state[2, limb, lane] ^ (swap & (state[2, limb, lane] ^ state[4, limb, lane]))


@_compiled
def _mend(alive: Any, z: Any, words: Any, kind: Any) -> None:
    """Make 1 of a z that is zero, as for points of small order, so that it spoils no product; say which are not."""
    for lane in range(kind.lanes):
        _join(words, z, lane, kind)
        some = words[0] | words[1] | words[2] | words[3]
        other = (some | (np.uint64(0) - some)) >> np.uint64(63)
        alive[lane] = np.uint64(0) - other
        z[0, lane] += np.uint64(1) - other


@_compiled
def _invert(held: Any, kind: Any) -> None:
    """From z in held[0], z^(p - 2) in held[1]."""
    _power(held, kind)
    squares(kind, _at(held, 1), _at(held, 1), np.uint64(5))
    multiply(kind, _at(held, 1), _at(held, 1), _at(held, 2))


@_compiled
def ladder(out: Any, points: Any, swaps: Any, kind: Any) -> None:
    """out[i] = u-coordinate of scalar · point i, zero for those of small order.

    swaps[t] is all ones where bit 254 - t of the scalar differs from the bit before; its last entry is the last bit.
    One inversion serves some vectors (Montgomery's trick): run[g] = z[0]·…·z[g].
    """
    lanes = kind.lanes
    state, held = np.empty((5, SIZE, lanes), np.uint64), np.empty((6, SIZE, lanes), np.uint64)
    shape = (_GROUP, SIZE, lanes)
    x, z, run = np.empty(shape, np.uint64), np.empty(shape, np.uint64), np.empty(shape, np.uint64)
    alive, words = np.empty((_GROUP, lanes), np.uint64), np.empty(_WORDS, np.uint64)
    for start in range(0, points.shape[0], _GROUP * lanes):
        count = min(_GROUP, (points.shape[0] - start + lanes - 1) // lanes)
        for group in range(count):
            _spread(state[0], points, start + group * lanes, kind)
            _begin(state, kind)
            steps(kind, _at(state, 0), np.uint64(swaps.ctypes.data), np.uint64(_SCALAR_BITS))
            _end(x[group], z[group], state, swaps[_SCALAR_BITS])
            _mend(alive[group], z[group], words, kind)
            if group:
                multiply(kind, _at(run, group), _at(run, group - 1), _at(z, group))
            else:
                squares(kind, _at(run, 0), _at(z, 0), np.uint64(0))
        squares(kind, _at(held, 0), _at(run, count - 1), np.uint64(0))
        _invert(held, kind)
        for group in range(count - 1, -1, -1):  # held[1] is 1/run[group]
            if group:
                multiply(kind, _at(held, 0), _at(held, 1), _at(run, group - 1))
                multiply(kind, _at(held, 1), _at(held, 1), _at(z, group))
            else:
                squares(kind, _at(held, 0), _at(held, 1), np.uint64(0))
            multiply(kind, _at(held, 0), _at(held, 0), _at(x, group))
            first = start + group * lanes
            for lane in range(min(lanes, points.shape[0] - first)):
                _join(out[first + lane], held[0], lane, kind)
                for word in range(_WORDS):
                    out[first + lane, word] &= alive[group, lane]


@_compiled
def map_to_curve(out: Any, uniform: Any, kind: Any) -> None:
    """out[i] = u-coordinate of the big-endian number uniform[i] by Elligator 2."""
    lanes = kind.lanes
    held, reduced = np.empty((7, SIZE, lanes), np.uint64), np.empty((lanes, _WORDS), np.uint64)
    for first in range(0, uniform.shape[0], lanes):
        for lane in range(lanes):
            _reduce(reduced[lane], uniform[min(first + lane, uniform.shape[0] - 1)])
        _spread(held[0], reduced, 0, kind)
        prepare(kind, _at(held, 0))
        _power(held, kind)
        squares(kind, _at(held, 1), _at(held, 1), np.uint64(4))
        multiply(kind, _at(held, 1), _at(held, 1), _at(held, 3))  # w^((p - 3)/2), which is 2^254 - 11
        finish(kind, _at(held, 0))
        for lane in range(min(lanes, uniform.shape[0] - first)):
            _join(out[first + lane], held[1], lane, kind)


@_compiled
def _reduce(words: Any, row: Any) -> None:
    """Write 48 bytes, highest first, as a number below 2^255 that is the same modulo p."""
    digits, carry = np.zeros(12, np.uint64), np.uint64(0)
    for place in range(48):
        digits[place // 4] |= np.uint64(row[47 - place]) << np.uint64(place % 4 * 8)
    for place in range(8):  # 2^256 = 38
        total = digits[place] + carry
        total += np.uint64(38) * (digits[8 + place] if place < _WORDS else np.uint64(0))
        digits[place], carry = total & _DIGIT, total >> _DIGIT_BITS
    for _ in range(2):  # 2^255 = 19; what is above it is small, and after the first turn at most 1
        carry = np.uint64(19) * (carry << np.uint64(1) | digits[7] >> np.uint64(31))
        digits[7] &= _DIGIT >> np.uint64(1)
        for place in range(8):
            total = digits[place] + carry
            digits[place], carry = total & _DIGIT, total >> _DIGIT_BITS
    for word in range(_WORDS):
        words[word] = digits[2 * word] | digits[2 * word + 1] << _DIGIT_BITS
