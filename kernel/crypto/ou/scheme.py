"""Okamoto–Uchiyama behind the port `kernel.crypto.paillier.scheme.Scheme`."""

from kernel.crypto.modular.arithmetic import Bytes
from kernel.crypto.ou.encryption import blinded, blindings
from kernel.crypto.ou.keys import PublicKey
from kernel.crypto.ou.owner import PrivateKey
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.keys import Bits
from kernel.crypto.paillier.scheme import Additive


class OkamotoUchiyama(Additive):
    """Under somebody's key."""

    def __init__(self, key: PublicKey, stream: Bits) -> None:
        super().__init__(key, stream)
        self._public = key

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers."""
        return blinded(self._public, values, self._blindings(len(values)))

    def _blindings(self, count: int) -> Bytes:
        return blindings(self._public, count, self._stream)


class OwnOkamotoUchiyama(OkamotoUchiyama):
    """Under one's own key."""

    def __init__(self, private: PrivateKey, stream: Bits) -> None:
        super().__init__(private.public, stream)
        self._private = private

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers."""
        return self._private.encrypt(values, self._stream)

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers; see `PrivateKey.decrypt` for its range."""
        return self._private.decrypt(block)

    def _blindings(self, count: int) -> Bytes:
        return self._private.blindings(count, self._stream)
