"""The receiver's secret factors for one batch of hashes."""

import numpy as np

from kernel.core.context import Rng
from kernel.core.errors import BadPayload
from kernel.crypto.modular.arithmetic import Bytes, arithmetic, chosen
from kernel.protocol.psi.rsa.keys import EXPONENT
from kernel.protocol.psi.rsa.numbers import as_bytes, check_units, width


class Blinding:
    """Hides hashes from the sender.

    Parameters
    ----------
    modulus
        A checked key.
    hashes
        From `hashed`.
    rng
        The batch's own; the same for the same batch only.
    """

    def __init__(self, modulus: int, hashes: Bytes, rng: Rng) -> None:
        self._modulus, self._hashes = modulus, hashes
        self.count = len(hashes)
        self._numbers = arithmetic(modulus, chosen(len(hashes)))
        drawn = b"".join(as_bytes(1 + rng.below(modulus - 1), modulus) for _ in hashes)
        factors = check_units(modulus, np.frombuffer(drawn, np.uint8).reshape(hashes.shape))
        self._factors = self._numbers.load(factors)

    def blinded(self) -> bytes:
        """H(y)·r^e."""
        n = self._numbers
        product = n.multiply(n.load(self._hashes), n.power(self._factors, EXPONENT))
        return n.store(product, width(self._modulus)).tobytes()

    def unblind(self, signed: Bytes) -> Bytes:
        """Divide the factors out and check each signature against its hash.

        Raises
        ------
        BadPayload
            One does not verify.
        """
        n, size = self._numbers, width(self._modulus)
        signatures = n.multiply(n.load(signed), n.invert(self._factors))
        if not np.array_equal(n.store(n.power(signatures, EXPONENT), size), self._hashes):
            raise BadPayload("a signature does not verify")
        return n.store(signatures, size)
