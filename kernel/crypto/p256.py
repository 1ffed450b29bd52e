"""NIST P-256: secret multiplications by OpenSSL in constant time, sums of points, hashing to the curve (RFC 9380).

The group has prime order, so every point but the neutral one, which has no encoding, generates it.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import gmpy2
from cryptography.hazmat.primitives.asymmetric import ec

from kernel.core.context import Rng
from kernel.core.errors import BadPayload

P = gmpy2.mpz(2**256 - 2**224 + 2**192 + 2**96 - 1)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_A = P - 3
_B = gmpy2.mpz(0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B)
_Z = P - 10  # of the map of Shallue, van de Woestijne and Ulas, RFC 9380 §8.2
_CURVE = ec.SECP256R1()
POINT_BYTES = 33
_FIELD_BYTES, _HASH_BYTES, _HASH_BLOCK_BYTES = 48, 32, 64


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve, public or about to be."""

    x: gmpy2.mpz
    y: gmpy2.mpz

    def dumps(self) -> bytes:
        """Write the compressed form (SEC 1)."""
        return bytes([2 + int(self.y & 1)]) + int(self.x).to_bytes(POINT_BYTES - 1, "big")

    @classmethod
    def loads(cls, data: bytes) -> "Point":
        """Read the compressed form.

        Raises
        ------
        BadPayload
            It is not that of a point.
        """
        x = gmpy2.mpz(int.from_bytes(data[1:], "big"))
        square = (x * x * x + _A * x + _B) % P
        if len(data) != POINT_BYTES or data[0] not in (2, 3) or x >= P or gmpy2.legendre(square, P) < 0:
            raise BadPayload("not a point of P-256")
        y = _root(square)
        return cls(x, y if y & 1 == data[0] - 2 else P - y)

    def __neg__(self) -> "Point":
        return Point(self.x, P - self.y)

    def __add__(self, other: "Point") -> "Point":
        """Add.

        Raises
        ------
        BadPayload
            The sum is the neutral point: nobody honest finds two such.
        """
        if self.x != other.x:
            slope = (other.y - self.y) * gmpy2.invert(other.x - self.x, P) % P
        elif self.y == other.y:
            slope = (3 * self.x * self.x + _A) * gmpy2.invert(2 * self.y, P) % P
        else:
            raise BadPayload("points that cancel out")
        x = (slope * slope - self.x - other.x) % P
        return Point(x, (slope * (self.x - x) - self.y) % P)


class Secret:
    """A scalar; only OpenSSL multiplies by it."""

    def __init__(self, rng: Rng) -> None:
        self._key = ec.derive_private_key(1 + rng.below(ORDER - 1), _CURVE)

    @cached_property
    def public(self) -> Point:
        """Scalar times the generator."""
        numbers = self._key.public_key().public_numbers()
        return Point(gmpy2.mpz(numbers.x), gmpy2.mpz(numbers.y))

    def shared(self, point: Point) -> bytes:
        """Return the x-coordinate of scalar times point."""
        public = ec.EllipticCurvePublicNumbers(int(point.x), int(point.y), _CURVE).public_key()
        return self._key.exchange(ec.ECDH(), public)


def hash_to_curve(message: bytes, domain: bytes) -> Point:
    """P256_XMD:SHA-256_SSWU_RO_ of RFC 9380: a random oracle into the group."""
    uniform = _expand(message, domain, 2 * _FIELD_BYTES)
    first, second = (int.from_bytes(part, "big") for part in (uniform[:_FIELD_BYTES], uniform[_FIELD_BYTES:]))
    return _mapped(gmpy2.mpz(first) % P) + _mapped(gmpy2.mpz(second) % P)


def _mapped(u: gmpy2.mpz) -> Point:
    """map_to_curve_simple_swu of §6.6.2."""
    zu2 = _Z * u * u % P
    denominator = (zu2 * zu2 + zu2) % P
    x = _B * gmpy2.invert(_Z * _A % P, P) % P
    if denominator:
        x = (P - _B) * gmpy2.invert(_A, P) % P * (1 + gmpy2.invert(denominator, P)) % P
    square = (x * x * x + _A * x + _B) % P
    if gmpy2.legendre(square, P) < 0:
        x = zu2 * x % P
        square = (x * x * x + _A * x + _B) % P
    y = _root(square)
    return Point(x, y if y & 1 == u & 1 else P - y)


def _root(square: gmpy2.mpz) -> gmpy2.mpz:
    return gmpy2.powmod(square, (P + 1) // 4, P)


def _expand(message: bytes, domain: bytes, n_bytes: int) -> bytes:
    """expand_message_xmd of §5.3.1 with SHA-256."""
    domain += bytes([len(domain)])
    head = bytes(_HASH_BLOCK_BYTES) + message + n_bytes.to_bytes(2, "big") + b"\0" + domain
    first = hashlib.sha256(head).digest()
    blocks = [hashlib.sha256(first + b"\1" + domain).digest()]
    for place in range(2, n_bytes // _HASH_BYTES + 1):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(hashlib.sha256(mixed + bytes([place]) + domain).digest())
    return b"".join(blocks)
