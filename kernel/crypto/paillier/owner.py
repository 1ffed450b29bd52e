"""Key pairs: their owner encrypts and decrypts by the Chinese remainder theorem."""

from collections.abc import Sequence

import gmpy2
from gmpy2 import mpz

from kernel.crypto.modular.arithmetic import Arithmetic, Bytes, Residues, arithmetic, chosen, make, to_bytes
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.encryption import blinded
from kernel.crypto.paillier.fixed_base import FixedBase
from kernel.crypto.paillier.keys import Bits, PublicKey

_SUPPORTED = (2048, 3072)
_ROUNDS = 40  # Miller–Rabin


class PrivateKey:
    """A key pair.

    Stays in the driver process: it has no serialisation and refuses to be pickled.
    """

    def __init__(self, p: mpz, q: mpz, public: PublicKey) -> None:
        self.public = public
        self._p, self._q = p, q
        self._q_inverse = gmpy2.invert(q, p)
        self._hp = gmpy2.invert((gmpy2.powmod(1 + public.n, p - 1, p * p) - 1) // p, p)
        self._hq = gmpy2.invert((gmpy2.powmod(1 + public.n, q - 1, q * q) - 1) // q, q)
        self._halves: dict[str, tuple[_Half, _Half]] = {}

    def __reduce__(self) -> str:
        """Refuse to travel."""
        raise TypeError("a Paillier private key does not leave its process")

    def _by_path(self, count: int) -> tuple["_Half", "_Half"]:
        path = chosen(count)
        if path not in self._halves:
            p2, q2 = self._p * self._p, self._q * self._q
            self._halves[path] = _Half(self.public, p2, q2, path), _Half(self.public, q2, p2, path)
        return self._halves[path]

    def blindings(self, count: int, stream: Bits) -> Bytes:
        """Return fresh encryptions of zero by short exponents, as Damgård, Jurik and Nielsen do (2010, section 4.2).

        For what the owner sends out: nobody else knows the primes.
        """
        exponents = [stream.bits(self.public.bits // 2) for _ in range(count)]
        left, right = (half.lifted_powers(exponents) for half in self._by_path(count))
        numbers = arithmetic(int(self.public.modulus), chosen(count))
        return numbers.store(numbers.add(left, right), self.public.cipher_bytes)

    def encrypt(self, values: Integers, stream: Bits) -> Block:
        """Encrypt signed integers below n/2 in magnitude."""
        return blinded(self.public, values, self.blindings(len(values), stream))

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to integers in [0, n)."""
        p, q = self._p, self._q
        left, right = (
            half.powers(block.data, int(prime) - 1)
            for half, prime in zip(self._by_path(len(block)), (p, q), strict=True)
        )
        values = []
        for a, b in zip(left, right, strict=True):
            m_p = (a - 1) // p * self._hp % p
            m_q = (b - 1) // q * self._hq % q
            values.append(int(m_q + q * ((m_p - m_q) * self._q_inverse % p)))
        return values


class _Half:
    """Arithmetic modulo the square of one prime, `own`, beside the other one's, `other`."""

    def __init__(self, public: PublicKey, own: mpz, other: mpz, path: str) -> None:
        self._numbers: Arithmetic = make(int(own), path)
        self._whole = arithmetic(int(public.modulus), path)
        self._table = FixedBase(self._numbers, int(public.base % own), public.bits // 2)
        # One modulo `own` and zero modulo `other`, so that the two halves have only to be added.
        self._lift = self._whole.load(to_bytes([int(other * gmpy2.invert(other, own))]))
        self._width = public.bits // 8 + 1

    def lifted_powers(self, exponents: Sequence[int]) -> Residues:
        """h_n^a modulo n², as far as this prime goes; the other one's is to be added."""
        half = self._numbers.store(self._table.powers(exponents), self._width)
        return self._whole.multiply(self._whole.load(half), self._lift)

    def powers(self, data: Bytes, exponent: int) -> list[mpz]:
        """Ciphertexts to one power."""
        found = self._numbers.store(self._numbers.power(self._numbers.load(data), exponent), self._width)
        return [mpz(int.from_bytes(row.tobytes(), "big")) for row in found]


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
        p, q = random_prime(bits // 2, stream), random_prime(bits // 2, stream)
    n = p * q
    x = mpz(0)
    while gmpy2.gcd(x, n) != 1:
        x = mpz(stream.bits(bits + 64)) % n
    return PrivateKey(p, q, PublicKey(n, gmpy2.powmod(-x * x % n, n, n * n)))


def random_prime(bits: int, stream: Bits) -> mpz:
    """Random prime ≡ 3 (mod 4) with its two upper bits set."""
    while True:
        candidate = mpz(stream.bits(bits) | 3 << (bits - 2) | 3)
        if gmpy2.is_prime(candidate, _ROUNDS):
            return candidate
