"""The port: encryption that adds, over blocks. What a protocol may ask of a key, whoever stands behind it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.arithmetic import Bytes
from kernel.crypto.paillier import operations
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.encryption import blinded, blindings
from kernel.crypto.paillier.exponents import Entries
from kernel.crypto.paillier.keys import Bits, Key, PublicKey
from kernel.crypto.paillier.owner import PrivateKey
from kernel.crypto.paillier.pool import BlindingPool

Matrix = npt.NDArray[np.int64]


class Scheme(Protocol):
    """Whoever has the public key. Arguments and errors are those of `operations`."""

    @property
    def key(self) -> Key:
        """The public key."""

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers below 2^key.plain_bits in magnitude; OutOfRange where they do not fit."""

    def rerandomise(self, block: Block) -> Block:
        """Make ciphertexts of the same plaintexts that cannot be linked with the given ones."""

    def add(self, left: Block, right: Block) -> Block:
        """[[x + y]]."""

    def subtract(self, left: Block, right: Block) -> Block:
        """[[x - y]]."""

    def multiply(self, block: Block, factors: Matrix) -> Block:
        """[[k·x]]."""

    def product(self, matrix: Matrix | Entries, block: Block, n_columns: int | None = None) -> Block:
        """X'·[[d]]."""

    def sums(self, block: Block, bins: Matrix, n_bins: int) -> Block:
        """Add by bin."""

    def running(self, block: Block, ends: Sequence[int]) -> Block:
        """Each part and all before it."""

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one ciphertext."""


class OwnerScheme(Scheme, Protocol):
    """Whoever has the private key too."""

    def decrypt(self, block: Block) -> Sequence[int]:
        """Decrypt to signed integers in (-n/2, n/2)."""


class Additive(ABC):
    """What is the same for every key: computing on blocks, and blinding them.

    Parameters
    ----------
    stream
        Where the exponents of blinding factors come from.
    """

    add = staticmethod(operations.add)
    subtract = staticmethod(operations.subtract)
    multiply = staticmethod(operations.multiply)
    product = staticmethod(operations.product)
    sums = staticmethod(operations.sums)
    running = staticmethod(operations.running)
    pack = staticmethod(operations.pack)

    def __init__(self, key: Key, stream: Bits) -> None:
        self.key = key
        self._stream = stream

    def rerandomise(self, block: Block) -> Block:
        """Multiply by fresh encryptions of zero."""
        return operations.add(block, Block(self.key, self._blindings(len(block))))

    @abstractmethod
    def _blindings(self, count: int) -> Bytes:
        """Fresh encryptions of zero."""


class Paillier(Additive):
    """Paillier under somebody's key."""

    def __init__(self, key: PublicKey, stream: Bits) -> None:
        super().__init__(key, stream)
        self._public = key

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers."""
        return blinded(self._public, values, self._blindings(len(values)))

    def _blindings(self, count: int) -> Bytes:
        return blindings(self._public, count, self._stream)


class OwnPaillier(Paillier):
    """Paillier under one's own key, with factors from a pool as long as it has some."""

    def __init__(self, private: PrivateKey, stream: Bits, pool: BlindingPool | None = None) -> None:
        super().__init__(private.public, stream)
        if pool is not None and pool.key != private.public:
            raise ValueError("a pool of another key")
        self._private, self._pool = private, pool

    def _blindings(self, count: int) -> Bytes:
        held = self._pool.take(count) if self._pool else np.empty((0, self.key.cipher_bytes), np.uint8)
        if len(held) == count:
            return held
        return np.concatenate([held, self._private.blindings(count - len(held), self._stream)])

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers."""
        n = int(self.key.n)
        return [value - n if 2 * value > n else value for value in self._private.decrypt(block)]
