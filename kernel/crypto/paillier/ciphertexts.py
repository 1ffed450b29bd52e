"""Blocks of ciphertexts on the wire: key fingerprint, then numbers of fixed length, big-endian."""

from collections.abc import Iterable

import gmpy2
from gmpy2 import mpz

from kernel.core.errors import BadPayload
from kernel.crypto.paillier.keys import PublicKey

HEADER_BYTES = 8


def dumps(key: PublicKey, ciphertexts: Iterable[mpz]) -> bytes:
    """Write a block."""
    return key.fingerprint + join(key, ciphertexts)


def loads(key: PublicKey, data: bytes, count: int) -> list[mpz]:
    """Read a block of exactly `count` ciphertexts.

    Raises
    ------
    BadPayload
        Another key, another length, or a number that is no unit modulo n².
    """
    if data[:HEADER_BYTES] != key.fingerprint:
        raise BadPayload("ciphertexts under another key")
    if len(data) != HEADER_BYTES + count * key.cipher_bytes:
        raise BadPayload(f"{len(data)} bytes where {count} ciphertexts are expected")
    values = split(key, data[HEADER_BYTES:])
    product = mpz(1)
    for value in values:
        if not 0 < value < key.n2:
            raise BadPayload("a ciphertext out of range")
        product = product * value % key.n
    if gmpy2.gcd(product, key.n) != 1:
        raise BadPayload("a ciphertext that is not a unit")
    return values


def join(key: PublicKey, ciphertexts: Iterable[mpz]) -> bytes:
    """Concatenate without a header, for one's own executors."""
    size = key.cipher_bytes
    return b"".join(int(value).to_bytes(size, "big") for value in ciphertexts)


def split(key: PublicKey, data: bytes) -> list[mpz]:
    """Cut what `join` wrote."""
    size = key.cipher_bytes
    return [mpz(int.from_bytes(data[start : start + size], "big")) for start in range(0, len(data), size)]
