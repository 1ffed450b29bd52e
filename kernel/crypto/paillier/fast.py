"""Keys and their owner's operations, on gmpy2."""

import functools
from collections.abc import Sequence

import gmpy2
from gmpy2 import mpz

from kernel.crypto.paillier.keys import Bits, FixedBase, PublicKey

_SUPPORTED = (2048, 3072)
_ROUNDS = 40  # Miller–Rabin


class PrivateKey:
    """A key pair: encrypts by CRT over fixed-base tables, decrypts by CRT.

    Stays in the driver process: it has no serialisation and refuses to be pickled.
    """

    def __init__(self, p: mpz, q: mpz, public: PublicKey) -> None:
        self.public = public
        self._p, self._q = p, q
        self._p2, self._q2 = p * p, q * q
        self._q_inverse = gmpy2.invert(q, p)
        self._q2_inverse = gmpy2.invert(self._q2, self._p2)
        self._hp = gmpy2.invert((gmpy2.powmod(1 + public.n, p - 1, self._p2) - 1) // p, p)
        self._hq = gmpy2.invert((gmpy2.powmod(1 + public.n, q - 1, self._q2) - 1) // q, q)

    def __reduce__(self) -> str:
        """Refuse to travel."""
        raise TypeError("a Paillier private key does not leave its process")

    @functools.cached_property
    def _tables(self) -> tuple[FixedBase, FixedBase]:
        half = self.public.bits // 2
        base = self.public.base
        return FixedBase(base % self._p2, self._p2, half), FixedBase(base % self._q2, self._q2, half)

    def blinding(self, stream: Bits) -> mpz:
        """Return a fresh encryption of zero by a short exponent, as Damgård, Jurik and Nielsen do (2010, section 4.2).

        For what the owner sends out: nobody else knows the primes.
        """
        exponent = stream.bits(self.public.bits // 2)
        table_p, table_q = self._tables
        a, b = table_p.power(exponent), table_q.power(exponent)
        return b + self._q2 * ((a - b) * self._q2_inverse % self._p2)

    def encrypt(self, value: int, stream: Bits) -> mpz:
        """Encrypt a signed integer below n/2 in magnitude."""
        n, n2 = self.public.n, self.public.n2
        return (1 + n * (value % n)) * self.blinding(stream) % n2

    def decrypt(self, ciphertexts: Sequence[mpz]) -> list[int]:
        """Decrypt to integers in [0, n)."""
        p, q = self._p, self._q
        left = gmpy2.powmod_base_list([c % self._p2 for c in ciphertexts], p - 1, self._p2)
        right = gmpy2.powmod_base_list([c % self._q2 for c in ciphertexts], q - 1, self._q2)
        values = []
        for a, b in zip(left, right, strict=True):
            m_p = (a - 1) // p * self._hp % p
            m_q = (b - 1) // q * self._hq % q
            values.append(int(m_q + q * ((m_p - m_q) * self._q_inverse % p)))
        return values


def generate(bits: int, stream: Bits, *, testing_any_size: bool = False) -> PrivateKey:
    """Make a key pair of 2048 or 3072 bits.

    Parameters
    ----------
    testing_any_size
        Allow toy keys. For tests: no component parameter reaches it.
    """
    if bits not in _SUPPORTED and not testing_any_size:
        raise ValueError(f"Paillier keys have {' or '.join(map(str, _SUPPORTED))} bits")
    p = q = mpz(0)
    while p == q or (p * q).bit_length() != bits or gmpy2.gcd(p * q, (p - 1) * (q - 1)) != 1:
        p, q = _prime(bits // 2, stream), _prime(bits // 2, stream)
    n = p * q
    x = mpz(0)
    while gmpy2.gcd(x, n) != 1:
        x = mpz(stream.bits(bits + 64)) % n
    return PrivateKey(p, q, PublicKey(n, gmpy2.powmod(-x * x % n, n, n * n)))


def _prime(bits: int, stream: Bits) -> mpz:
    """Random prime ≡ 3 (mod 4) with its two upper bits set."""
    while True:
        candidate = mpz(stream.bits(bits) | 3 << (bits - 2) | 3)
        if gmpy2.is_prime(candidate, _ROUNDS):
            return candidate
