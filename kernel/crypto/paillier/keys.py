"""Public keys, and the blinding factors that whoever encrypts under them needs.

Damgård, Jurik and Nielsen (2010): with n = p·q, p ≡ q ≡ 3 (mod 4), h = -x² and h_n = h^n mod n², the factor h_n^a for
a random a of half the length of n is as good as r^n. Powers of the fixed base h_n come from a table.
"""

import functools
import hashlib
from dataclasses import dataclass
from typing import Protocol

import gmpy2
from gmpy2 import mpz

from kernel.core.errors import BadPayload

_WINDOW = 8
_MAGIC = b"HPK1"


class Bits(Protocol):
    """Source of random integers: a stream or a generator with `bits`."""

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""


_STATISTICAL_BITS = 40


class FixedBase:
    """Powers of one base by a table: one multiplication per 8 bits of exponent."""

    def __init__(self, base: mpz, modulus: mpz, exponent_bits: int) -> None:
        self._modulus = modulus
        self._rows: list[list[mpz]] = []
        for _ in range(-(-exponent_bits // _WINDOW)):
            row = [mpz(1)]
            for _ in range((1 << _WINDOW) - 1):
                row.append(row[-1] * base % modulus)
            self._rows.append(row)
            base = row[-1] * base % modulus

    def power(self, exponent: int) -> mpz:
        """base^exponent mod modulus, for 0 ≤ exponent < 2^exponent_bits."""
        digits = exponent.to_bytes(len(self._rows), "little")
        result = mpz(1)
        for row, digit in zip(self._rows, digits, strict=True):
            if digit:
                result = result * row[digit] % self._modulus
        return result


@dataclass(frozen=True)
class PublicKey:
    """Modulus n and the blinding base h_n."""

    n: mpz
    base: mpz

    @functools.cached_property
    def n2(self) -> mpz:
        """n²."""
        return self.n * self.n

    @functools.cached_property
    def bits(self) -> int:
        """Length of n."""
        return int(self.n.bit_length())

    @functools.cached_property
    def cipher_bytes(self) -> int:
        """Length of a ciphertext on the wire."""
        return self.bits // 4

    @functools.cached_property
    def fingerprint(self) -> bytes:
        """First 8 bytes of the SHA-256 of the key; stands before every block of ciphertexts."""
        return hashlib.sha256(self.dumps()).digest()[:8]

    def dumps(self) -> bytes:
        """Fixed-length big-endian encoding."""
        size = self.bits // 8
        body = int(self.n).to_bytes(size, "big") + int(self.base).to_bytes(2 * size, "big")
        return _MAGIC + self.bits.to_bytes(4, "big") + body

    @classmethod
    def loads(cls, data: bytes, *, bits: int) -> "PublicKey":
        """Read a key of the agreed length.

        Raises
        ------
        BadPayload
            Wrong length, an even modulus, or a base out of range.
        """
        size = bits // 8
        if data[:8] != _MAGIC + bits.to_bytes(4, "big") or len(data) != 8 + 3 * size:
            raise BadPayload(f"not a Paillier key of {bits} bits")
        n, base = mpz(int.from_bytes(data[8 : 8 + size], "big")), mpz(int.from_bytes(data[8 + size :], "big"))
        if n.bit_length() != bits or n % 2 == 0 or not 1 < base < n * n or gmpy2.gcd(base, n) != 1:
            raise BadPayload("a malformed Paillier key")
        return cls(n, base)

    def blinding(self, stream: Bits) -> mpz:
        """Return a fresh encryption of zero, h_n^a, that hides its exponent even from the key's owner.

        Whoever encrypts under a foreign key answers its owner, who knows the primes. Discrete logarithms modulo a prime
        of half the length are within reach of the strongest, so a is longer than the order of h_n by 40 bits: h_n^a is
        then within 2^-40 of uniform, whatever was multiplied into it.
        """
        return _table(self).power(stream.bits(self.bits + _STATISTICAL_BITS))

    def encrypt(self, value: int, stream: Bits) -> mpz:
        """Encrypt a signed integer below n/2 in magnitude."""
        return (1 + self.n * (value % self.n)) % self.n2 * self.blinding(stream) % self.n2


@functools.lru_cache(maxsize=8)
def _table(key: PublicKey) -> FixedBase:
    return FixedBase(key.base, key.n2, key.bits + _STATISTICAL_BITS)
