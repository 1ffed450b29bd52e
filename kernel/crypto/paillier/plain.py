"""No encryption at all, behind the same port: for tests, and for measuring what everything but the cipher takes.

A "ciphertext" is the plaintext plus one, in as many bytes as a real one. Whoever sees it reads it. No job imports this
file, which import-linter checks; and it takes an argument that says what it is.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from kernel.crypto.paillier.arguments import below_half
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.exponents import Entries
from kernel.crypto.paillier.keys import PublicKey

Matrix = npt.NDArray[np.int64]


class Plain:
    """The port in the clear.

    Parameters
    ----------
    key
        Gives the sizes; nothing is encrypted under it.
    without_any_protection
        Must be True.
    """

    def __init__(self, key: PublicKey, *, without_any_protection: bool = False) -> None:
        if without_any_protection is not True:
            raise ValueError("Plain encrypts nothing; it is for tests and measurements only")
        self.key = key

    def encrypt(self, values: Integers) -> Block:
        """Encrypt nothing."""
        return self._block(below_half(self.key, values))

    def decrypt(self, block: Block) -> list[int]:
        """Read signed integers."""
        n = int(self.key.n)
        return [value - n if 2 * value > n else value for value in self._values(block).tolist()]

    def rerandomise(self, block: Block) -> Block:
        """There is nothing to blind."""
        return block

    def add(self, left: Block, right: Block) -> Block:
        """X + y."""
        return self._block(self._values(left) + self._values(right))

    def subtract(self, left: Block, right: Block) -> Block:
        """X - y."""
        return self._block(self._values(left) - self._values(right))

    def multiply(self, block: Block, factors: Matrix) -> Block:
        """k·x."""
        return self._block(self._values(block) * factors.astype(object))

    def product(self, matrix: Matrix | Entries, block: Block, n_columns: int | None = None) -> Block:
        """X'·d."""
        values = self._values(block)
        if isinstance(matrix, np.ndarray):
            return self._block(matrix.T.astype(object) @ values)
        totals = np.zeros(n_columns or 0, dtype=object)
        np.add.at(totals, matrix.column, values[matrix.source] * matrix.exponent.astype(object))
        return self._block(totals)

    def sums(self, block: Block, bins: Matrix, n_bins: int) -> Block:
        """Add by bin."""
        values, totals = self._values(block), np.zeros((bins.shape[1], n_bins), dtype=object)
        row, feature = np.nonzero(bins >= 0)
        np.add.at(totals, (feature, bins[row, feature]), values[row])
        return self._block(totals.ravel())

    def running(self, block: Block, ends: Sequence[int]) -> Block:
        """Each part and all before it."""
        values = self._values(block).reshape(len(ends), -1)
        for part, end in enumerate(ends[1:], 1):
            values[part, :end] += values[part - 1, :end]
        return self._block(values.ravel())

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one."""
        values = self._values(block).tolist()
        groups = [values[start : start + count] for start in range(0, len(values), count)]
        return self._block([sum(value << (width * slot) for slot, value in enumerate(group)) for group in groups])

    def _block(self, values: Iterable[int]) -> Block:
        return Block.of(self.key, [int(value) % int(self.key.n) + 1 for value in values])

    @staticmethod
    def _values(block: Block) -> npt.NDArray[np.object_]:
        return np.array([value - 1 for value in block.ints()], dtype=object)
