"""Public keys: n = p²·q, a generator g of plaintexts and h = g^n for blinding."""

import functools
import hashlib
from dataclasses import dataclass

import gmpy2
from gmpy2 import mpz

from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import Bytes
from kernel.crypto.paillier import units

_MAGIC = b"HOU1"
MARGIN_BITS = 64  # a plaintext that wrapped around p falls into the allowed range by chance of about 2^-60


def prime_bits(bits: int) -> int:
    """Length of p for a modulus of `bits`."""
    return bits // 3


@dataclass(frozen=True)
class PublicKey:
    """Modulus n, g and h; see `kernel.crypto.paillier.keys.Key`."""

    n: mpz
    g: mpz
    h: mpz

    @property
    def modulus(self) -> mpz:
        """See `Key`: n."""
        return self.n

    @functools.cached_property
    def bits(self) -> int:
        """See `Key`."""
        return int(self.n.bit_length())

    @property
    def plain_bits(self) -> int:
        """See `Key`."""
        return prime_bits(self.bits) - MARGIN_BITS

    @property
    def cipher_bytes(self) -> int:
        """See `Key`."""
        return self.bits // 8

    @functools.cached_property
    def fingerprint(self) -> bytes:
        """See `Key`."""
        return hashlib.sha256(self.dumps()).digest()[:8]

    def check(self, ciphertexts: Bytes) -> None:
        """See `Key`."""
        units.check(ciphertexts, self.modulus, self.n)

    def dumps(self) -> bytes:
        """See `Key`."""
        body = b"".join(int(value).to_bytes(self.cipher_bytes, "big") for value in (self.n, self.g, self.h))
        return _MAGIC + self.bits.to_bytes(4, "big") + body

    @classmethod
    def loads(cls, data: bytes, *, bits: int) -> "PublicKey":
        """Read a key of the agreed length.

        Raises
        ------
        BadPayload
            Wrong length, an even modulus, or a base out of range or not the one that follows from g.
        """
        size = bits // 8
        if data[:8] != _MAGIC + bits.to_bytes(4, "big") or len(data) != 8 + 3 * size:
            raise BadPayload(f"not an Okamoto-Uchiyama key of {bits} bits")
        n, *bases = (mpz(int.from_bytes(data[at : at + size], "big")) for at in range(8, len(data), size))
        if n.bit_length() != bits or n % 2 == 0 or any(not 1 < base < n or gmpy2.gcd(base, n) != 1 for base in bases):
            raise BadPayload("a malformed Okamoto-Uchiyama key")
        if gmpy2.powmod(bases[0], n, n) != bases[1]:  # what is blinded by another base may not be blinded at all
            raise BadPayload("a malformed Okamoto-Uchiyama key")
        return cls(n, *bases)
