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
from kernel.crypto.modular.arithmetic import Bytes
from kernel.crypto.paillier import units

_MAGIC = b"HPK1"


class Bits(Protocol):
    """Source of random integers: a stream or a generator with `bits`."""

    def bits(self, n_bits: int) -> int:
        """Uniform integer below 2^n_bits."""


class Key(Protocol):
    """What blocks of ciphertexts and computations on them must know of a public key, Paillier's or another's."""

    @property
    def n(self) -> mpz:
        """Product of the secret primes."""

    @property
    def modulus(self) -> mpz:
        """What ciphertexts are units of."""

    @property
    def bits(self) -> int:
        """Length of n."""

    @property
    def plain_bits(self) -> int:
        """Signed plaintexts lie below 2^plain_bits in magnitude, and so must whatever is computed from them."""

    @property
    def cipher_bytes(self) -> int:
        """Length of a ciphertext on the wire."""

    @property
    def fingerprint(self) -> bytes:
        """First 8 bytes of the SHA-256 of the key; stands before every block of ciphertexts."""

    def check(self, ciphertexts: Bytes) -> None:
        """Check ciphertexts from elsewhere, count × cipher_bytes; BadPayload where one is none of this key."""

    def dumps(self) -> bytes:
        """Fixed-length big-endian encoding."""


@dataclass(frozen=True)
class PublicKey:
    """Modulus n and the blinding base h_n."""

    n: mpz
    base: mpz

    @functools.cached_property
    def modulus(self) -> mpz:
        """n²."""
        return self.n * self.n

    @property
    def plain_bits(self) -> int:
        """See `Key`; up to n/2 in fact."""
        return self.bits - 2

    @functools.cached_property
    def bits(self) -> int:
        """Length of n."""
        return int(self.n.bit_length())

    @functools.cached_property
    def cipher_bytes(self) -> int:
        """See `Key`."""
        return self.bits // 4

    @functools.cached_property
    def fingerprint(self) -> bytes:
        """See `Key`."""
        return hashlib.sha256(self.dumps()).digest()[:8]

    def check(self, ciphertexts: Bytes) -> None:
        """See `Key`."""
        units.check(ciphertexts, self.modulus, self.n)

    def dumps(self) -> bytes:
        """See `Key`."""
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


@functools.lru_cache(maxsize=16)
def read_once(data: bytes, bits: int) -> PublicKey:
    """Read a key as `PublicKey.loads` does, once a process: each task of an executor brings it along."""
    return PublicKey.loads(data, bits=bits)
