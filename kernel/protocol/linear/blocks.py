"""What one party computes over its own rows, partition by partition, on its own executors.

A partition receives public keys and ciphertexts. Private keys stay away.
"""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto.fixed_point import encode
from kernel.crypto.paillier import Block, products
from kernel.crypto.paillier.keys import read_once
from kernel.crypto.paillier.products import Shifted, Slots
from kernel.data.engine import Blocks
from kernel.protocol.linear import scales

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Basis:
    """A triangular change of a party's columns after which X'X/(scale·n) + penalty is the identity.

    Parameters
    ----------
    transform
        Columns × columns: the encoded columns are X·transform/√(scale·n), and weights of X are transform·weights.
    """

    transform: Floats

    @classmethod
    def of(cls, gram: Floats, penalty: Floats, n_rows: int, scale: float) -> "Basis":
        """Take the inverse of Cholesky's factor.

        Raises
        ------
        OutOfRange
            Columns so nearly dependent that the penalty cannot hold them.
        """
        whole = gram / (scale * n_rows) + np.diag(penalty)
        size = np.sqrt(np.diag(whole))
        try:
            factor = np.linalg.cholesky(whole / np.outer(size, size))
        except np.linalg.LinAlgError:
            factor = np.zeros_like(whole)
        if not np.all(np.diag(factor) > _LEAST):
            raise OutOfRange("columns are linearly dependent", hint="Leave one of them out or raise the L2 penalty.")
        return cls(np.asarray(np.linalg.inv(factor).T / size[:, None]))


_LEAST = 1e-5  # of a column's length that the columns before it leave; beyond, doubles lose too much


def encode_blocks(blocks: Blocks, transform: Floats, frac: int, bits: int) -> Blocks:
    """Encode the first columns times a matrix; OutOfRange where `bits` do not suffice."""
    return blocks.map(functools.partial(_encode, transform=transform, frac=frac, bits=bits), transform.shape[1])


@dataclass(frozen=True)
class Matrix:
    """Encoded columns of norm one or less, signed, with `frac_column(n_rows)` fractional bits."""

    blocks: Blocks

    @classmethod
    def encode(cls, blocks: Blocks, transform: Floats) -> "Matrix":
        """Encode blocks·transform, a change of columns of norm one or less."""
        frac = scales.frac_column(blocks.n_rows)
        return cls(encode_blocks(blocks, transform, frac, frac + 1))

    @property
    def starts(self) -> list[int]:
        """First row of each partition."""
        return [0, *np.cumsum(self.blocks.sizes)[:-1].tolist()]

    def packed(self, rows: tuple[int, int], columns: tuple[int, int], slots: Slots) -> list[int]:
        """Plaintexts that hold a range of columns of a range of rows: a row a slot, a column a sub-slot."""
        arguments = [(start, rows, columns, slots) for start in self.starts]
        first = rows[0] // slots.count
        total = [0] * (slots.n_ciphertexts(rows[1]) - first)
        for place, size, data in self.blocks.run(_packed, arguments):
            for index in range(len(data) // size if size else 0):
                # Where two partitions meet, both have rows in one plaintext.
                total[place - first + index] += int.from_bytes(
                    data[index * size : (index + 1) * size], "little", signed=True
                )
        return total

    def answers(self, rows: tuple[int, int], entries: Block, slots: Slots) -> list[Shifted]:
        """X'·[[entries]] of a range of rows; `products.assemble` joins the parts of all ranges."""
        key = entries.key
        arguments = []
        for start, size in zip(self.starts, self.blocks.sizes, strict=True):
            low, high = max(start, rows[0]), min(start + size, rows[1])
            first = rows[0] // slots.count
            groups = slice(low // slots.count - first, slots.n_ciphertexts(high) - first)
            data = entries[groups].tobytes() if low < high else b""
            arguments.append((key.dumps(), key.bits, data, slots, low, low - start, high - start))
        parts = self.blocks.run(_answers, arguments)
        return [(shift, Block.raw(key, data)) for part in parts for shift, data in part]

    def product(self) -> Floats:
        """X'X in reals."""
        scale = 4.0 ** scales.frac_column(self.blocks.n_rows)
        parts = self.blocks.run(_gram, [self.blocks.n_columns] * len(self.blocks.sizes))
        return np.asarray(np.sum(parts, axis=0) / scale, dtype=np.float64)


def _gram(block: npt.NDArray[np.number], n_columns: int) -> Floats:
    real = block[:, :n_columns].astype(np.float64)
    return np.asarray(real.T @ real)


def _encode(block: Floats, *, transform: Floats, frac: int, bits: int) -> Integers:
    return encode(block[:, : len(transform)] @ transform, frac, bits)


def _packed(block: Integers, argument: tuple[int, tuple[int, int], tuple[int, int], Slots]) -> tuple[int, int, bytes]:
    """First plaintext's number, bytes of one, and the plaintexts in two's complement."""
    start, (first_row, last_row), (left, right), slots = argument
    low, high = max(start, first_row), min(start + len(block), last_row)
    if low >= high:
        return 0, 0, b""
    wide = scales.PRODUCT_WIDTH // 8
    per_row = slots.width // scales.PRODUCT_WIDTH
    first, groups = low // slots.count, slots.n_ciphertexts(high) - low // slots.count
    values = np.zeros((groups * slots.count, per_row), dtype=np.int64)
    values[low - first * slots.count : high - first * slots.count, : right - left] = block[
        low - start : high - start, left:right
    ]
    values = values.reshape(groups, slots.count * per_row)
    data = np.zeros((groups, slots.count * per_row + 1, wide), dtype=np.uint8)
    borrowed = np.zeros(groups, dtype=np.int64)
    for place in range(values.shape[1]):
        value = values[:, place] + borrowed
        borrowed = np.where(value < 0, -1, 0)
        data[:, place, :8] = value.astype("<i8")[:, None].view(np.uint8)
        data[:, place, 8:] = borrowed[:, None].astype(np.uint8)
    data[:, -1, :] = borrowed[:, None].astype(np.uint8)
    return first, data.shape[1] * wide, data.tobytes()


def _answers(block: Integers, argument: tuple[bytes, int, bytes, Slots, int, int, int]) -> list[tuple[int, bytes]]:
    public, bits, data, slots, first_row, low, high = argument
    if low >= high:
        return []
    found = products.columns(block[low:high], Block.raw(read_once(public, bits), data), slots, first_row)
    return [(shift, ciphertexts.tobytes()) for shift, ciphertexts in found]
