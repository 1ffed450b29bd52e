"""Masks: X25519 (RFC 7748) with one scalar for all points of an array."""

import gmpy2
import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kernel.core.errors import BadPayload
from kernel.crypto.curve import paths

P = gmpy2.mpz(2**255 - 19)
POINT_BYTES = 32
Points = npt.NDArray[np.uint8]  # (n, 32)


def mask(points: Points, secret: bytes) -> Points:
    """Multiply points (n, 32) by a secret scalar (32 bytes, clamped as in RFC 7748); runs off the interpreter lock.

    Raises
    ------
    BadPayload
        A point has small order (the product is zero): nobody honest sends one.
    """
    kind = paths.chosen(len(points))
    if kind is None:
        return mask_one_by_one(points, secret)
    from kernel.crypto.curve.wide import arithmetic  # numba takes half a second to import

    masked = arithmetic.ladder(points, secret, kind)
    if not np.all(np.any(masked, axis=1)):
        raise _small_order()
    return masked


def mask_one_by_one(points: Points, secret: bytes) -> Points:
    """Multiply with OpenSSL; see `mask`."""
    key, data = X25519PrivateKey.from_private_bytes(secret), points.tobytes()
    rows = (data[start : start + POINT_BYTES] for start in range(0, len(data), POINT_BYTES))
    try:
        masked = b"".join([key.exchange(X25519PublicKey.from_public_bytes(row)) for row in rows])
    except ValueError as error:
        raise _small_order() from error
    return np.frombuffer(masked, dtype=np.uint8).reshape(-1, POINT_BYTES)


def read_points(payload: bytes) -> Points:
    """Read concatenated points as (n, 32).

    Raises
    ------
    BadPayload
        The length does not fit.
    """
    if len(payload) % POINT_BYTES:
        raise BadPayload("the points' length is not a multiple of 32")
    return np.frombuffer(payload, dtype=np.uint8).reshape(-1, POINT_BYTES)


def _small_order() -> BadPayload:
    return BadPayload("a point of small order")
