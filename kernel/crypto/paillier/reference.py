"""phe behind the same port: the oracle for tests. phe is GPL-3 and optional; no job imports this file."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from phe import EncryptedNumber, paillier

from kernel.crypto.paillier.arguments import below_half
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.exponents import Entries
from kernel.crypto.paillier.keys import PublicKey

Matrix = npt.NDArray[np.int64]


class Reference:
    """Number by number, cell by cell, with the primes of `key`."""

    def __init__(self, key: PublicKey, p: int, q: int) -> None:
        self.key = key
        self._public = paillier.PaillierPublicKey(int(key.n))
        self._private = paillier.PaillierPrivateKey(self._public, p, q)

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers."""
        n, numbers = int(self.key.n), below_half(self.key, values)
        return Block.of(self.key, [self._public.raw_encrypt(value % n) for value in numbers])

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers."""
        n = int(self.key.n)
        opened = [int(self._private.raw_decrypt(value)) for value in block.ints()]
        return [value - n if 2 * value > n else value for value in opened]

    def rerandomise(self, block: Block) -> Block:
        """Let phe obfuscate."""
        fresh = self._numbers(block)
        for value in fresh:
            value.obfuscate()
        return self._block(fresh)

    def add(self, left: Block, right: Block) -> Block:
        """[[x + y]]."""
        return self._block([a + b for a, b in zip(self._numbers(left), self._numbers(right), strict=True)])

    def subtract(self, left: Block, right: Block) -> Block:
        """[[x - y]]."""
        return self._block([a + b * -1 for a, b in zip(self._numbers(left), self._numbers(right), strict=True)])

    def multiply(self, block: Block, factors: Matrix) -> Block:
        """[[k·x]]."""
        return self._block([value * int(k) for value, k in zip(self._numbers(block), factors, strict=True)])

    def product(self, matrix: Matrix | Entries, block: Block, n_columns: int | None = None) -> Block:
        """X'·[[d]]."""
        entries = Entries.dense(matrix) if isinstance(matrix, np.ndarray) else matrix
        count = matrix.shape[1] if isinstance(matrix, np.ndarray) else n_columns or 0
        totals, numbers = self._ones(count), self._numbers(block)
        for source, column, k in zip(entries.source, entries.column, entries.exponent, strict=True):
            totals[column] += numbers[source] * int(k)
        return self._block(totals)

    def sums(self, block: Block, bins: Matrix, n_bins: int) -> Block:
        """Add by bin."""
        totals = self._ones(bins.shape[1] * n_bins)
        for value, row in zip(self._numbers(block), bins.tolist(), strict=True):
            for feature, place in enumerate(row):
                if place >= 0:
                    totals[feature * n_bins + place] += value
        return self._block(totals)

    def running(self, block: Block, ends: Sequence[int]) -> Block:
        """Each part and all before it."""
        numbers, size = self._numbers(block), len(block) // len(ends)
        for part, end in enumerate(ends[1:], 1):
            for place in range(part * size, part * size + end):
                numbers[place] += numbers[place - size]
        return self._block(numbers)

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one ciphertext."""
        totals = self._ones(-(-len(block) // count))
        for index, value in enumerate(self._numbers(block)):
            totals[index // count] += value * (1 << (width * (index % count)))
        return self._block(totals)

    def _ones(self, count: int) -> list[EncryptedNumber]:
        return [EncryptedNumber(self._public, 1) for _ in range(count)]

    def _numbers(self, block: Block) -> list[EncryptedNumber]:
        return [EncryptedNumber(self._public, value) for value in block.ints()]

    def _block(self, numbers: list[EncryptedNumber]) -> Block:
        return Block.of(self.key, [number.ciphertext(be_secure=False) for number in numbers])
