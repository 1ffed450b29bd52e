"""phe behind the same functions: the oracle for tests. phe is GPL-3 and optional; no job imports this file."""

from collections.abc import Iterable, Sequence

from gmpy2 import mpz
from phe import paillier

from kernel.crypto.paillier.keys import PublicKey


class ReferenceKey:
    """A phe key pair with Hanse's interface."""

    def __init__(self, bits: int) -> None:
        self._public, self._private = paillier.generate_paillier_keypair(n_length=bits)
        self.n = int(self._public.n)

    def encrypt(self, values: Iterable[int]) -> list[mpz]:
        """Encrypt signed integers."""
        return [mpz(self._public.raw_encrypt(value % self.n)) for value in values]

    def decrypt(self, ciphertexts: Sequence[mpz]) -> list[int]:
        """Decrypt to integers in [0, n)."""
        return [int(self._private.raw_decrypt(int(value))) for value in ciphertexts]

    def primes(self) -> tuple[int, int]:
        """Prime factors, so that a fast key can be made of the same modulus."""
        return int(self._private.p), int(self._private.q)


def product(key: PublicKey, rows: Sequence[Sequence[int]], ciphertexts: Sequence[mpz]) -> list[mpz]:
    """[[rows · x]] from [[x]], cell by cell with phe."""
    public = paillier.PaillierPublicKey(int(key.n))
    encrypted = [paillier.EncryptedNumber(public, int(value)) for value in ciphertexts]
    totals = []
    for row in rows:
        total = public.encrypt(0)
        for factor, value in zip(row, encrypted, strict=True):
            total += value * int(factor)
        totals.append(mpz(total.ciphertext()))
    return totals
