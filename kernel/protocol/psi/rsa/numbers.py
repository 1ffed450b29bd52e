"""Numbers modulo n as arrays: hashing into the units, checking what comes in, tags."""

import hashlib

import gmpy2
import numpy as np
from gmpy2 import mpz

from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import Bytes, arithmetic, chosen
from kernel.protocol.psi.port import Digests

TAG_BYTES = 16
_SECURITY_BYTES = 16  # longer than n, so that the reduction is uniform


def width(modulus: int) -> int:
    """Bytes of a number."""
    return (modulus.bit_length() + 7) // 8


def as_bytes(value: int, modulus: int) -> bytes:
    """One number, big-endian."""
    return int(value).to_bytes(width(modulus), "big")


def full_domain(modulus: int, domain: bytes, *parts: bytes) -> bytes:
    """Hash length-prefixed parts to 128 bits more than n has (SHAKE-256); to be reduced modulo n."""
    prefix = b"".join(len(part).to_bytes(4, "big") + part for part in (domain, *parts))
    return hashlib.shake_256(prefix).digest(width(modulus) + _SECURITY_BYTES)


def hashed(modulus: int, task: str, digests: Digests) -> Bytes:
    """Hash digests of ids (count, 16) to Z_n, bound to task and key.

    A hash that is no unit would be a factor of n; it has probability 2^-1023.
    """
    key, name = as_bytes(modulus, modulus), task.encode()
    joined = b"".join(full_domain(modulus, b"hanse-psi-rsa-id-v2", name, key, row.tobytes()) for row in digests)
    wide = np.frombuffer(joined, np.uint8).reshape(len(digests), -1)
    numbers = arithmetic(modulus, chosen(len(wide)))
    return numbers.store(numbers.load(wide), width(modulus))


def check_units(modulus: int, values: Bytes) -> Bytes:
    """Return the numbers (count, width).

    Raises
    ------
    BadPayload
        One of them is not in [1, n) or no unit.
    """
    n, product = mpz(modulus), mpz(1)
    for row in values:
        value = mpz.from_bytes(row.tobytes(), "big")
        if not 0 < value < n:
            raise BadPayload("a number out of range")
        product = product * value % n
    if gmpy2.gcd(product, n) != 1:
        raise BadPayload("a number that is no unit")
    return values


def tags(modulus: int, task: str, signatures: Bytes) -> Bytes:
    """16-byte tags of signatures (count, width), bound to the task and the key."""
    key = hashlib.blake2b(as_bytes(modulus, modulus) + task.encode(), person=b"hanse-psi-key-v2").digest()
    made = (
        hashlib.blake2b(row.tobytes(), key=key, digest_size=TAG_BYTES, person=b"hanse-psi-tag-v2").digest()
        for row in signatures
    )
    return np.frombuffer(b"".join(made), np.uint8).reshape(-1, TAG_BYTES)
