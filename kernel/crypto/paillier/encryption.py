"""What whoever has the public key does with plaintexts: blinding factors and encryption."""

import functools

from kernel.core.errors import OutOfRange
from kernel.crypto.modular.arithmetic import Bytes, arithmetic, chosen, to_bytes
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers, magnitudes
from kernel.crypto.paillier.fixed_base import FixedBase
from kernel.crypto.paillier.keys import Bits, PublicKey

_STATISTICAL_BITS = 40


def blindings(key: PublicKey, count: int, stream: Bits) -> Bytes:
    """Return fresh encryptions of zero, h_n^a, that hide their exponents even from the key's owner.

    Whoever encrypts under a foreign key answers its owner, who knows the primes. Discrete logarithms modulo a prime
    of half the length are within reach of the strongest, so a is longer than the order of h_n by 40 bits: h_n^a is
    then within 2^-40 of uniform, whatever was multiplied into it.
    """
    path = chosen(count)
    exponents = [stream.bits(key.bits + _STATISTICAL_BITS) for _ in range(count)]
    return arithmetic(int(key.modulus), path).store(_table(key, path).powers(exponents), key.cipher_bytes)


def blinded(key: PublicKey, values: Integers, factors: Bytes) -> Block:
    """Encrypt signed integers with blinding factors that are used for nothing else: (1 + n·m)·factor.

    Raises
    ------
    OutOfRange
        A value is n/2 or beyond in magnitude.
    """
    data, negative = magnitudes(values)
    safe = key.bits // 8 - 1  # so many bytes are always below n/2
    if data.shape[1] > safe and any(2 * int.from_bytes(row.tobytes(), "big") >= key.n for row in data):
        raise OutOfRange("a plaintext beyond half the modulus")
    numbers = arithmetic(int(key.modulus), chosen(len(values)))
    generator = numbers.load(to_bytes([int(key.n), int(key.modulus - key.n)], key.cipher_bytes))
    plain = numbers.add(numbers.multiply(numbers.load(data), generator[negative]), numbers.load(to_bytes([1])))
    return Block(key, numbers.store(numbers.multiply(plain, numbers.load(factors)), key.cipher_bytes))


def encrypt(key: PublicKey, values: Integers, stream: Bits) -> Block:
    """Encrypt signed integers below n/2 in magnitude, under one's own or somebody else's key."""
    return blinded(key, values, blindings(key, len(values), stream))


@functools.lru_cache(maxsize=8)
def _table(key: PublicKey, path: str) -> FixedBase:
    return FixedBase(arithmetic(int(key.modulus), path), int(key.base), key.bits + _STATISTICAL_BITS)
