"""Hash to the curve: the suite curve25519_XMD:SHA-512_ELL2_NU_ of RFC 9380, before the cofactor is cleared."""

import hashlib
from collections.abc import Iterable, Sequence

import gmpy2
import numpy as np
import numpy.typing as npt

from kernel.crypto.curve import paths
from kernel.crypto.curve.points import POINT_BYTES, P, Points

_J = 486662
FIELD_BYTES = 48  # L of RFC 9380 for this field
_HASH_BYTES, _HASH_BLOCK_BYTES = 64, 128
_MAX_DST_BYTES = 255


def expand_message(messages: Sequence[bytes], dst: bytes) -> npt.NDArray[np.uint8]:
    """expand_message_xmd with SHA-512 (RFC 9380 §5.3.1) to 48 bytes, of which one block of output is enough.

    Returns
    -------
    Rows (n, 48): numbers, big-endian.
    """
    if len(dst) > _MAX_DST_BYTES:
        raise ValueError("the domain separation tag is longer than 255 bytes")
    tag, sha512 = dst + bytes([len(dst)]), hashlib.sha512
    # To hash the block of zeros once and copy the state is no faster: a copy costs what a block does.
    zeros, first, second = bytes(_HASH_BLOCK_BYTES), FIELD_BYTES.to_bytes(2, "big") + b"\0" + tag, b"\1" + tag
    blocks = b"".join([sha512(sha512(zeros + text + first).digest() + second).digest() for text in messages])
    return np.frombuffer(blocks, dtype=np.uint8).reshape(-1, _HASH_BYTES)[:, :FIELD_BYTES]


def map_to_curve(element: int) -> int:
    """Elligator 2 (RFC 9380 §6.7.1): the u-coordinate of a field element. Its denominator 1 + 2e² is never zero."""
    x1 = -_J * gmpy2.invert((1 + 2 * element * element) % P, P) % P
    gx1 = (x1 * ((x1 + _J) * x1 + 1)) % P
    return int(x1 if gmpy2.legendre(gx1, P) >= 0 else (-x1 - _J) % P)


def encode_rows(rows: npt.NDArray[np.uint8], dst: bytes) -> Points:
    """Hash the rows (n, width) of an array to points (n, 32)."""
    data, width = rows.tobytes(), rows.shape[1]
    return _encode([data[start : start + width] for start in range(0, len(rows) * width, width)], dst)


def encode_texts(texts: Iterable[str], dst: bytes) -> Points:
    """Hash texts to points (n, 32)."""
    return _encode([text.encode() for text in texts], dst)


def _encode(messages: Sequence[bytes], dst: bytes) -> Points:
    uniform = expand_message(messages, dst)
    kind = paths.chosen(len(messages))
    if kind is None:
        return map_one_by_one(uniform)
    from kernel.crypto.curve.wide import arithmetic  # numba takes half a second to import

    return arithmetic.map_to_curve(uniform, kind)


def map_one_by_one(uniform: npt.NDArray[np.uint8]) -> Points:
    """Map rows (n, 48) with gmpy2."""
    points = [map_to_curve(int.from_bytes(row.tobytes(), "big") % P).to_bytes(POINT_BYTES, "little") for row in uniform]
    return np.frombuffer(b"".join(points), dtype=np.uint8).reshape(-1, POINT_BYTES)
