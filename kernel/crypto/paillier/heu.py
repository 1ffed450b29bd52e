"""sf-heu (SecretFlow's, Apache-2.0) behind the same port, under our own keys: another's word on what ours compute.

Its ZPaillier is our scheme to the letter, Damgård, Jurik and Nielsen's with n and h_n; its ciphertexts are ours times
Montgomery's R. So either decrypts what the other encrypts, and computations on given ciphertexts end in the same bytes.

Only by explicit choice, and no job imports this file. Its blinding exponents have half the length of n: enough against
everybody but the key's owner, from whom `encryption.blindings` hides answers too. Its errors quote plaintexts, it
stretches a block of one to any length, and some of its functions end the process on an empty array: so everything is
checked before it is asked, and nothing that a peer sent is given to its decoder but numbers that `Block.loads` passed.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import gmpy2
import numpy as np
import numpy.typing as npt
from gmpy2 import mpz
from heu import numpy as arrays
from heu import phe

from kernel.crypto.paillier import arguments, heu_form
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.exponents import Entries, largest
from kernel.crypto.paillier.keys import Key, PublicKey

Matrix = npt.NDArray[np.int64]
Fields = Iterable[bytes]


class Heu(ABC):
    """What is the same for its schemes.

    Parameters
    ----------
    schema
        One of `phe.SchemaType`.
    public, secret
        Fields of its keys, as `heu_form` writes them.
    """

    def __init__(self, key: Key, schema: Any, public: Fields, secret: Fields) -> None:
        self.key = key
        self._schema = int(schema)
        kit = phe.setup(
            phe.PublicKey.load_from(heu_form.record(self._schema, *public)),
            phe.SecretKey.load_from(heu_form.record(self._schema, *secret)),
        )
        self._kit = arrays.HeKit(kit)
        self._cipher = self._kit.evaluator()
        zero = self._cipher.mul(self._kit.encryptor().encrypt(self._plain([0])), self._plain([0]))
        self._one = mpz(heu_form.numbers(zero.serialize())[0])  # R, which stands for 1
        self._back = gmpy2.invert(self._one, key.modulus)

    def __reduce__(self) -> str:
        """Refuse to travel."""
        raise TypeError("a private key does not leave its process")

    @abstractmethod
    def _fitting(self, values: Integers) -> list[int]:
        """Plaintexts as numbers; OutOfRange where one does not fit."""

    def encrypt(self, values: Integers) -> Block:
        """Encrypt signed integers."""
        numbers = self._fitting(values)
        return self._block(self._kit.encryptor().encrypt(self._plain(numbers))) if numbers else self._ones(0)

    def decrypt(self, block: Block) -> list[int]:
        """Decrypt to signed integers."""
        opened = self._kit.decryptor().decrypt(self._load(block)).to_numpy().tolist() if len(block) else []
        return [int(value) for value in opened]

    def rerandomise(self, block: Block) -> Block:
        """Add fresh zeros."""
        return self.add(block, self.encrypt([0] * len(block)))

    def add(self, left: Block, right: Block) -> Block:
        """[[x + y]]."""
        arguments.pair(left, right)
        return self._block(self._cipher.add(self._load(left), self._load(right))) if len(left) else left

    def subtract(self, left: Block, right: Block) -> Block:
        """[[x - y]]."""
        arguments.pair(left, right)
        return self._block(self._cipher.sub(self._load(left), self._load(right))) if len(left) else left

    def multiply(self, block: Block, factors: Matrix) -> Block:
        """[[k·x]]."""
        arguments.factors(block, factors)
        return self._block(self._cipher.mul(self._load(block), self._plain(factors))) if len(block) else block

    def product(self, matrix: Matrix | Entries, block: Block, n_columns: int | None = None) -> Block:
        """X'·[[d]]."""
        count = arguments.columns(matrix, block, n_columns)
        largest(matrix.exponent if isinstance(matrix, Entries) else matrix)
        if not len(block) or not count:
            return self._ones(count)
        if not isinstance(matrix, Entries):
            return self._block(self._cipher.matmul(self._load(block), self._plain(matrix)))
        if not len(matrix.source):
            return self._ones(count)
        terms = self._cipher.mul(self._load(block[matrix.source]), self._plain(matrix.exponent))
        return self._summed(terms, np.arange(len(matrix.source)), matrix.column, count)

    def sums(self, block: Block, bins: Matrix, n_bins: int) -> Block:
        """Add by bin."""
        row, group = arguments.places(block, bins, n_bins)
        count = bins.shape[1] * n_bins
        return self._summed(self._load(block), row, group, count) if len(row) else self._ones(count)

    def running(self, block: Block, ends: Sequence[int]) -> Block:
        """Each part and all before it."""
        size = len(block) // len(ends)
        parts = [block[:size]]
        for place, end in enumerate(ends[1:], 1):
            part = block[place * size : (place + 1) * size]
            parts.append(Block.join([self.add(part[:end], parts[-1][:end]), part[end:]]))
        return Block.join(parts)

    def pack(self, block: Block, width: int, count: int) -> Block:
        """Several in one ciphertext."""
        arguments.slots(block.key, width, count)
        if not len(block):
            return block
        index = np.arange(len(block))
        shifts = [1 << (width * slot) for slot in (index % count).tolist()]
        return self._summed(
            self._cipher.mul(self._load(block), self._plain(shifts)), index, index // count, -(-len(block) // count)
        )

    def _summed(self, cells: Any, index: Matrix, group: Matrix, n_groups: int) -> Block:
        """Sum cells[index], at least one, by group; that of an empty one is 1, for which sf-heu would take 0.7 ms."""
        counts = np.bincount(group, minlength=n_groups)
        used, order = np.flatnonzero(counts), np.argsort(group, kind="stable")
        members = [part.tolist() for part in np.split(index[order], np.cumsum(counts[used])[:-1])]
        data = self._ones(n_groups).data.copy()
        data[used] = self._block(self._cipher.batch_select_sum(cells, members)).data
        return Block(self.key, data)

    def _plain(self, values: Integers) -> Any:
        # A list of numbers on both sides of 2^63 would become reals in numpy's hands.
        return self._kit.array(values if isinstance(values, np.ndarray) else np.array(list(values), dtype=object))

    def _load(self, block: Block) -> Any:
        if block.key != self.key:
            raise ValueError("a block under another key")
        numbers = [int(value * self._one % self.key.modulus) for value in block.ints()]
        return arrays.CiphertextArray.load_from(heu_form.vector(self._schema, numbers))

    def _block(self, cells: Any) -> Block:
        numbers = heu_form.numbers(cells.serialize())
        return Block.of(self.key, [int(value * self._back % self.key.modulus) for value in numbers])

    def _ones(self, count: int) -> Block:
        return Block.of(self.key, [1] * count)


class HeuPaillier(Heu):
    """Its ZPaillier with the primes of `key`."""

    def __init__(self, key: PublicKey, p: int, q: int) -> None:
        order, n = (p - 1) * (q - 1) // 2, int(key.n)
        public, secret = (n, int(key.base)), (order, pow(order, -1, n), p, q)
        super().__init__(key, phe.SchemaType.ZPaillier, map(heu_form.number, public), map(heu_form.number, secret))

    def _fitting(self, values: Integers) -> list[int]:
        return arguments.below_half(self.key, values)
