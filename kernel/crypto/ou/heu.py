"""sf-heu's Okamoto–Uchiyama behind the same port, under our own keys; see `kernel.crypto.paillier.heu`.

The scheme is ours with one more parameter: p - 1 = t·u with a prime t of 224 bits, plaintexts to the base g^u,
blindings to that of h^u, and decryption by the short exponent t. Our keys are those with t = p - 1 and u = 1, so that
either decrypts what the other encrypts. Its own keys are none of ours and are not read here: 2048 bits have become 2050
or more, and their h is a random base's power where ours is g^n, which `PublicKey.loads` insists on.

Only by explicit choice, and no job imports this file: its blinding exponents have 110 bits at 2048, and Pollard's
kangaroo crosses so short an interval in about 2^56 multiplications, which tells whether a guess at a plaintext holds.
"""

from heu import phe

from kernel.crypto.ou.encryption import checked
from kernel.crypto.ou.keys import PublicKey
from kernel.crypto.ou.owner import kept_in_range
from kernel.crypto.paillier import heu_form
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.heu import Heu


class HeuOkamotoUchiyama(Heu):
    """Under one's own key, with the primes of `key`."""

    def __init__(self, key: PublicKey, p: int, q: int) -> None:
        n, g, h, p2 = int(key.n), int(key.g), int(key.h), p * p
        scale = pow((pow(g, p - 1, p2) - 1) // p, -1, p)
        public = (*map(heu_form.number, (n, g, h)), heu_form.small(key.plain_bits))
        secret = map(heu_form.number, (p, q, p - 1, scale, p2, p // 2, n))
        self._public = key
        super().__init__(key, phe.SchemaType.OU, public, secret)

    def _fitting(self, values: Integers) -> list[int]:
        return checked(self._public, values)

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers; see `PrivateKey.decrypt` for its range."""
        return kept_in_range(self._public, super().decrypt(block))
