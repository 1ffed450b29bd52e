"""Curve25519 for PSI: hash to the curve by Elligator 2 (RFC 9380) and Diffie–Hellman masks by X25519 (RFC 7748).

Only u-coordinates are kept. The suite is curve25519_XMD:SHA-512_ELL2_NU_; the cofactor is cleared by X25519 itself,
whose scalars are multiples of 8.
"""

import hashlib
from collections.abc import Iterable

import gmpy2
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kernel.core.errors import BadPayload

P = gmpy2.mpz(2**255 - 19)
_J = 486662
_HALF = (P - 1) // 2
POINT_BYTES = 32
_FIELD_BYTES = 48  # L of RFC 9380 for this field
_HASH_BYTES, _HASH_BLOCK_BYTES = 64, 128
_MAX_DST_BYTES = 255


def expand_message(message: bytes, dst: bytes, n_bytes: int) -> bytes:
    """expand_message_xmd with SHA-512 (RFC 9380 §5.3.1)."""
    if len(dst) > _MAX_DST_BYTES:
        raise ValueError("the domain separation tag is longer than 255 bytes")
    dst += bytes([len(dst)])
    first = hashlib.sha512(bytes(_HASH_BLOCK_BYTES) + message + n_bytes.to_bytes(2, "big") + b"\0" + dst).digest()
    block = hashlib.sha512(first + b"\1" + dst).digest()
    output = block
    for index in range(2, -(-n_bytes // _HASH_BYTES) + 1):
        mixed = (int.from_bytes(first, "big") ^ int.from_bytes(block, "big")).to_bytes(_HASH_BYTES, "big")
        block = hashlib.sha512(mixed + bytes([index]) + dst).digest()
        output += block
    return output[:n_bytes]


def map_to_curve(element: int) -> int:
    """Elligator 2 (RFC 9380 §6.7.1): u-coordinate for a field element, before the cofactor is cleared."""
    denominator = (1 + 2 * element * element) % P
    if denominator == 0:
        denominator = gmpy2.mpz(1)
    # x1 = -J/d; g(x1)·d³ is a square exactly when g(x1)·d^… is: the inverse is needed anyway for the coordinate.
    x1 = (-_J * gmpy2.invert(denominator, P)) % P
    gx1 = (x1 * ((x1 + _J) * x1 + 1)) % P
    if gmpy2.legendre(gx1, P) >= 0:
        return int(x1)
    return int((-x1 - _J) % P)


def encode_to_curve(message: bytes, dst: bytes) -> bytes:
    """Hash a message to a u-coordinate (32 bytes, little-endian), before the cofactor is cleared."""
    element = int.from_bytes(expand_message(message, dst, _FIELD_BYTES), "big") % P
    return map_to_curve(element).to_bytes(POINT_BYTES, "little")


def encode_many(texts: Iterable[str], dst: bytes) -> list[bytes]:
    """Hash many texts."""
    return [encode_to_curve(text.encode(), dst) for text in texts]


def mask_many(points: Iterable[bytes], secret: bytes) -> list[bytes]:
    """Multiply points by a secret scalar.

    Raises
    ------
    BadPayload
        A point has small order (the product is zero): nobody honest sends one.
    """
    key = X25519PrivateKey.from_private_bytes(secret)
    try:
        return [key.exchange(X25519PublicKey.from_public_bytes(point)) for point in points]
    except ValueError as error:
        raise BadPayload("a point of small order") from error


def split_points(payload: bytes) -> list[bytes]:
    """Cut concatenated points."""
    if len(payload) % POINT_BYTES:
        raise BadPayload("the points' length is not a multiple of 32")
    return [payload[start : start + POINT_BYTES] for start in range(0, len(payload), POINT_BYTES)]
