"""Public keys, and the blinding factors that whoever encrypts under them needs.

Damgård, Jurik and Nielsen (2010): with n = p·q, p ≡ q ≡ 3 (mod 4), h = -x² and h_n = h^n mod n², the factor h_n^a for
a random a of half the length of n is as good as r^n. Powers of the fixed base h_n come from a table.
"""

import functools
import hashlib
from dataclasses import dataclass
from typing import Protocol

import gmpy2
import numpy as np
from gmpy2 import mpz

from kernel.core.errors import BadPayload, OutOfRange
from kernel.crypto.paillier.arithmetic import Bytes, arithmetic, chosen
from kernel.crypto.paillier.encoding import Integers, magnitudes, to_bytes
from kernel.crypto.paillier.fixed_base import FixedBase

_MAGIC = b"HPK1"


class Bits(Protocol):
    """Source of random integers: a stream or a generator with `bits`."""

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""


_STATISTICAL_BITS = 40


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

    def blinding_bits(self) -> int:
        """Length of the exponents that hide what is sent even from the key's owner.

        Whoever encrypts under a foreign key answers its owner, who knows the primes. Discrete logarithms modulo a prime
        of half the length are within reach of the strongest, so a is longer than the order of h_n by 40 bits: h_n^a is
        then within 2^-40 of uniform, whatever was multiplied into it.
        """
        return self.bits + _STATISTICAL_BITS

    def blindings(self, count: int, stream: Bits) -> Bytes:
        """Return fresh encryptions of zero, h_n^a, as rows of bytes."""
        path = chosen(count)
        exponents = [stream.bits(self.blinding_bits()) for _ in range(count)]
        return arithmetic(int(self.n2), path).store(_table(self, path).powers(exponents), self.cipher_bytes)

    def blinded(self, values: Integers, blindings: Bytes) -> Bytes:
        """Encrypt signed integers with factors that are used for nothing else: (1 + n·m)·blinding.

        Raises
        ------
        OutOfRange
            A value is n/2 or beyond in magnitude.
        """
        data, negative = magnitudes(values)
        bound = self.bits // 8 - 1  # so many bytes are always below n/2
        if data.shape[1] > bound and any(2 * int.from_bytes(row.tobytes(), "big") >= self.n for row in data):
            raise OutOfRange("a plaintext beyond half the modulus")
        numbers = arithmetic(int(self.n2), chosen(len(values)))
        generator = numbers.load(to_bytes([int(self.n), int(self.n2 - self.n)], self.cipher_bytes))
        plain = numbers.add(numbers.multiply(numbers.load(data), generator[negative]), numbers.load(to_bytes([1])))
        return numbers.store(numbers.multiply(plain, numbers.load(blindings)), self.cipher_bytes)

    def encrypt(self, values: Integers, stream: Bits) -> "Block":
        """Encrypt signed integers below n/2 in magnitude, hidden even from the key's owner."""
        from kernel.crypto.paillier.block import Block

        return Block(self, self.blinded(values, self.blindings(len(values), stream)))

    def units(self, data: Bytes) -> bool:
        """Tell whether all ciphertexts are units, by one greatest common divisor with their product."""
        if not len(data):
            return True
        numbers = arithmetic(int(self.n), chosen(len(data)))
        ends = np.array([len(data)])
        product = numbers.segments(numbers.load(data), np.arange(len(data)), np.zeros(1, np.int64), ends)
        return bool(gmpy2.gcd(int.from_bytes(numbers.store(product, self.bits // 8).tobytes(), "big"), self.n) == 1)


@functools.lru_cache(maxsize=8)
def _table(key: PublicKey, path: str) -> FixedBase:
    return FixedBase(arithmetic(int(key.n2), path), int(key.base), key.blinding_bits())
