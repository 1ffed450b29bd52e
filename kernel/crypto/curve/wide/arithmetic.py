"""Arrays of bytes through the kernels."""

import numpy as np
import numpy.typing as npt

from kernel.crypto.curve.wide import kernels
from kernel.crypto.curve.wide.kinds import Kind

_POINT_BYTES, _WORDS = 32, 4
_SCALAR_BITS = 255
_Bytes = npt.NDArray[np.uint8]


def ladder(points: _Bytes, secret: bytes, kind: Kind) -> _Bytes:
    """Multiply points (n, 32) by a scalar (32 bytes): X25519 for each row, zero where the order is small."""
    given = _as_tried(points).view("<u8")
    out = np.empty((len(points), _WORDS), dtype=np.uint64)
    kernels.ladder(out, given, _swaps(secret), kind)
    return out.astype("<u8", copy=False).view(np.uint8)


def map_to_curve(uniform: _Bytes, kind: Kind) -> _Bytes:
    """Map big-endian numbers (n, 48) to points (n, 32) by Elligator 2."""
    out = np.empty((len(uniform), _WORDS), dtype=np.uint64)
    kernels.map_to_curve(out, _as_tried(uniform), kind)
    return out.astype("<u8", copy=False).view(np.uint8)


def _as_tried(rows: _Bytes) -> _Bytes:
    """Return rows one after the other and not to be written: numba compiles anew for each kind of array."""
    same = np.ascontiguousarray(rows).view()
    same.flags.writeable = False
    return same


def _swaps(secret: bytes) -> npt.NDArray[np.uint64]:
    """Clamp a scalar, and say where its bits change from the highest down, all ones where they do."""
    if len(secret) != _POINT_BYTES:
        raise ValueError(f"a scalar of {len(secret)} bytes")
    clamped = np.frombuffer(secret, dtype=np.uint8).copy()
    clamped[0] &= 248
    clamped[-1] = clamped[-1] & 127 | 64
    bits = np.unpackbits(clamped, bitorder="little")[_SCALAR_BITS - 1 :: -1].astype(np.uint64)
    return np.uint64(0) - np.diff(bits, prepend=np.uint64(0), append=np.uint64(0)) % np.uint64(2)
