"""Key pairs: their owner works modulo p² and q, and decrypts modulo p²."""

from collections.abc import Sequence

import gmpy2
from gmpy2 import mpz

from kernel.core.errors import OutOfRange
from kernel.crypto.modular.arithmetic import Arithmetic, Bytes, Residues, arithmetic, chosen, make, to_bytes
from kernel.crypto.ou.encryption import checked, powers
from kernel.crypto.ou.keys import PublicKey, prime_bits
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.fixed_base import FixedBase
from kernel.crypto.paillier.keys import Bits
from kernel.crypto.paillier.owner import random_prime

_SUPPORTED = (2048, 3072)
_STATISTICAL_BITS = 40


class PrivateKey:
    """A key pair.

    Stays in the driver process: it has no serialisation and refuses to be pickled.
    """

    def __init__(self, p: mpz, q: mpz, public: PublicKey) -> None:
        self.public = public
        self._p, self._q = p, q
        self._scale = gmpy2.invert((gmpy2.powmod(public.g, p - 1, p * p) - 1) // p, p)
        self._parts: dict[str, tuple[_Part, _Part]] = {}

    def __reduce__(self) -> str:
        """Refuse to travel."""
        raise TypeError("an Okamoto-Uchiyama private key does not leave its process")

    def _by_path(self, count: int) -> tuple["_Part", "_Part"]:
        path = chosen(count)
        if path not in self._parts:
            p2 = self._p * self._p
            self._parts[path] = (
                _Part(self.public, p2, self._q, self._p - 1, path),
                _Part(self.public, self._q, p2, self._q - 1, path),
            )
        return self._parts[path]

    def blindings(self, count: int, stream: Bits) -> Bytes:
        """Return fresh encryptions of zero: those of `encryption.blindings`, by the prime factors."""
        return self._encrypted([0] * count, stream)

    def encrypt(self, values: Integers, stream: Bits) -> Block:
        """Encrypt signed integers below 2^plain_bits in magnitude."""
        return Block(self.public, self._encrypted(checked(self.public, values), stream))

    def _encrypted(self, values: list[int], stream: Bits) -> Bytes:
        exponents = [stream.bits(self.public.bits + _STATISTICAL_BITS) for _ in values]
        left, right = (part.lifted(values, exponents) for part in self._by_path(len(values)))
        numbers = arithmetic(int(self.public.n), chosen(len(values)))
        return numbers.store(numbers.add(left, right), self.public.cipher_bytes)

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers.

        Raises
        ------
        OutOfRange
            One lies beyond 2^plain_bits: somebody computed what does not fit, or asks for p.
        """
        p, values = self._p, []
        for power in self._by_path(len(block))[0].powers(block.data):
            m = (power - 1) // p * self._scale % p
            values.append(int(m - p if 2 * m > p else m))
        return kept_in_range(self.public, values)


def kept_in_range(public: PublicKey, values: list[int]) -> list[int]:
    """Return decryptions, or none of them; see `PrivateKey.decrypt`."""
    bound = 1 << public.plain_bits
    if any(not -bound < value < bound for value in values):
        raise OutOfRange("a decrypted value is beyond the range of plaintexts; it is kept from everybody")
    return values


class _Part:
    """Arithmetic modulo one factor of n, `own` (p² or q), beside the other one; `order` is that of h, or a multiple."""

    def __init__(self, public: PublicKey, own: mpz, other: mpz, order: mpz, path: str) -> None:
        self._numbers: Arithmetic = make(int(own), path)
        self._whole = arithmetic(int(public.n), path)
        self._order = order
        self._plain = FixedBase(self._numbers, int(public.g % own), public.plain_bits)
        self._blind = FixedBase(self._numbers, int(public.h % own), int(order.bit_length()))
        # One modulo `own` and zero modulo `other`, so that the two parts have only to be added.
        self._lift = self._whole.load(to_bytes([int(other * gmpy2.invert(other, own))]))
        self._width = -(-int(own.bit_length()) // 8)

    def lifted(self, values: list[int], exponents: Sequence[int]) -> Residues:
        """g^m·h^r modulo n, as far as this factor goes."""
        numbers = self._numbers
        blind = self._blind.powers([int(exponent % self._order) for exponent in exponents])
        found = numbers.multiply(powers(numbers, self._plain, values), blind) if any(values) else blind
        return self._whole.multiply(self._whole.load(numbers.store(found, self._width)), self._lift)

    def powers(self, data: Bytes) -> list[mpz]:
        """Ciphertexts to the order of h, which takes the blinding away."""
        found = self._numbers.power(self._numbers.load(data), int(self._order))
        return [mpz(int.from_bytes(row.tobytes(), "big")) for row in self._numbers.store(found, self._width)]


def generate(bits: int, stream: Bits, *, testing_any_size: bool = False) -> PrivateKey:
    """Make a key pair of 2048 or 3072 bits.

    Parameters
    ----------
    testing_any_size
        Allow toy keys. For tests: no component parameter reaches it.
    """
    if bits not in _SUPPORTED and not testing_any_size:
        raise ValueError(f"Okamoto-Uchiyama keys have {' or '.join(map(str, _SUPPORTED))} bits")
    p = q = mpz(1)
    while (p * p * q).bit_length() != bits:
        p, q = random_prime(prime_bits(bits), stream), random_prime(bits - 2 * prime_bits(bits), stream)
    n = p * p * q
    g = mpz(0)
    while gmpy2.gcd(g, n) != 1 or gmpy2.powmod(g, p - 1, p * p) == 1:
        g = mpz(stream.bits(bits + 64)) % n
    return PrivateKey(p, q, PublicKey(n, g, gmpy2.powmod(g, n, n)))
