"""RSA-PSI as WeFe's is at heart: one modular power a row with the private exponent, without the primes, on one core."""

import secrets

import gmpy2
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.measure import processor_seconds

_EXPONENT = 65537
_ROWS = 64  # a row takes milliseconds


def per_second(bits: int) -> float:
    """Rows of one side a second of processor time: both sides' rows are signed, the client's also blinded.

    WeFe has keys of 1024 bits and takes ids as they are; here the key is as long as ours, and rows are random numbers,
    so that only the powers count.
    """
    numbers = rsa.generate_private_key(_EXPONENT, bits).private_numbers()
    n, d = gmpy2.mpz(numbers.public_numbers.n), gmpy2.mpz(numbers.d)
    theirs, ours, factors = ([gmpy2.mpz(secrets.randbelow(int(n))) for _ in range(_ROWS)] for _ in range(3))

    def align() -> None:
        tags = {gmpy2.powmod(row, d, n) for row in theirs}
        for row, factor in zip(ours, factors, strict=True):
            blinded = row * gmpy2.powmod(factor, _EXPONENT, n) % n
            signed = gmpy2.powmod(blinded, d, n)
            if signed * gmpy2.invert(factor, n) % n in tags:
                raise RuntimeError("random rows cannot be common")

    return _ROWS / processor_seconds(align)
