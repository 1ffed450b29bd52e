"""What whoever has the public key does with plaintexts: blinding factors and encryption."""

import functools

from kernel.core.errors import OutOfRange
from kernel.crypto.modular.arithmetic import Arithmetic, Bytes, Residues, arithmetic, chosen
from kernel.crypto.ou.keys import PublicKey
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.fixed_base import FixedBase
from kernel.crypto.paillier.keys import Bits

_STATISTICAL_BITS = 40


def checked(key: PublicKey, values: Integers) -> list[int]:
    """Plaintexts as numbers.

    Raises
    ------
    OutOfRange
        A value is 2^plain_bits or beyond in magnitude.
    """
    numbers = [int(value) for value in values]
    if any(abs(value) >> key.plain_bits for value in numbers):
        raise OutOfRange(f"a plaintext beyond {key.plain_bits} bits")
    return numbers


def powers(numbers: Arithmetic, table: FixedBase, values: list[int]) -> Residues:
    """g^m for signed m, from a table of g."""
    found = table.powers([abs(value) for value in values])
    negative = [index for index, value in enumerate(values) if value < 0]
    if negative:
        found[negative] = numbers.invert(found[negative])
    return found


def blindings(key: PublicKey, count: int, stream: Bits) -> Bytes:
    """Return fresh encryptions of zero, h^r, within 2^-40 of uniform for the key's owner too."""
    path = chosen(count)
    exponents = [stream.bits(key.bits + _STATISTICAL_BITS) for _ in range(count)]
    return arithmetic(int(key.n), path).store(_blinding_table(key, path).powers(exponents), key.cipher_bytes)


def blinded(key: PublicKey, values: Integers, factors: Bytes) -> Block:
    """Encrypt signed integers with blinding factors that are used for nothing else: g^m·factor."""
    path = chosen(len(values))
    numbers = arithmetic(int(key.n), path)
    plain = powers(numbers, _plain_table(key, path), checked(key, values))
    return Block(key, numbers.store(numbers.multiply(plain, numbers.load(factors)), key.cipher_bytes))


def encrypt(key: PublicKey, values: Integers, stream: Bits) -> Block:
    """Encrypt signed integers below 2^plain_bits in magnitude, under one's own or somebody else's key."""
    return blinded(key, values, blindings(key, len(values), stream))


@functools.lru_cache(maxsize=8)
def _blinding_table(key: PublicKey, path: str) -> FixedBase:
    return FixedBase(arithmetic(int(key.n), path), int(key.h), key.bits + _STATISTICAL_BITS)


@functools.lru_cache(maxsize=8)
def _plain_table(key: PublicKey, path: str) -> FixedBase:
    return FixedBase(arithmetic(int(key.n), path), int(key.g), key.plain_bits)
