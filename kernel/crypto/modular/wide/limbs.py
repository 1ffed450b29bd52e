"""Big-endian bytes to limbs of 52 bits and back, whole arrays at a time.

Two limbs are thirteen bytes: the even one begins at a byte's border, the odd one four bits after it.
"""

import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.wide.vectors import LIMB_BITS

Limbs = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

_MASK = np.uint64((1 << LIMB_BITS) - 1)
_PAIR, _ODD = 13, 6
_WORD = 8


def to_limbs(data: Bytes, size: int) -> Limbs:
    """Split numbers, count × bytes, into count × size limbs; size is even."""
    count, width = data.shape
    if not count:  # numpy makes no strided view of nothing
        return np.empty((0, size), np.uint64)
    buffer = np.zeros((count, _PAIR * size // 2 + _WORD), np.uint8)
    buffer[:, :width] = data[:, ::-1]
    shape, strides = (count, size // 2), (buffer.shape[1], _PAIR)
    limbs = np.empty((count, size), np.uint64)
    limbs[:, 0::2] = np.ndarray(shape, "<u8", buffer, 0, strides) & _MASK
    limbs[:, 1::2] = (np.ndarray(shape, "<u8", buffer, _ODD, strides) >> np.uint64(4)) & _MASK
    return limbs


def from_limbs(limbs: Limbs, width: int) -> Bytes:
    """Join limbs into numbers of `width` bytes, which must hold them."""
    count, size = limbs.shape
    if not count:
        return np.empty((0, width), np.uint8)
    buffer = np.zeros((count, max(_PAIR * size // 2, width)), np.uint8)
    shape, strides = (count, size // 2), (buffer.shape[1], _PAIR)
    even, odd = limbs[:, 0::2], limbs[:, 1::2]
    np.ndarray(shape, "<u8", buffer, 0, strides)[:] = even | odd << np.uint64(LIMB_BITS)
    rest = odd >> np.uint64(64 - LIMB_BITS)
    np.ndarray(shape, "<u4", buffer, _WORD, strides)[:] = rest & np.uint64(0xFFFFFFFF)
    np.ndarray(shape, "u1", buffer, _WORD + 4, strides)[:] = rest >> np.uint64(32)
    return np.ascontiguousarray(buffer[:, width - 1 :: -1] if width < buffer.shape[1] else buffer[:, ::-1])
