"""Products of encrypted vectors with integer matrices: the public computations that executors share.

Two shapes occur.

*Rows* (`scores`): X·[[w]] with few encrypted numbers and many rows. Row r lands in slot r mod S of ciphertext r // S:
the encryptions [[w_j·2^(b·s)]] are bases of a Straus multi-exponentiation with signed digits, so a row costs p·digits
multiplications.

*Columns* (`columns`): X'·[[d]] with a long encrypted vector. S entries travel in one ciphertext,
D_g = Σ_s d_(gS+s)·2^(b·s). Raising D_g to Σ_s x_(gS+s)·2^(b·(S-1-s)) puts Σ_s x·d into slot S-1 (a convolution); the
other slots hold cross products and must be masked as a whole. Exponents are digits with long gaps of zeros, so
buckets (`exponents`) are filled once per digit and slot: as many multiplications as without packing, but S times fewer
encryptions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.arithmetic import Arithmetic, Residues, to_bytes
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.exponents import digits, horner, places
from kernel.crypto.paillier.keys import Bits, Key
from kernel.crypto.paillier.operations import block_of, numbers_of

_WINDOW = 6  # bits of a digit of `scores`; digits lie in [-32, 32)
_HALF = 1 << (_WINDOW - 1)
MASK_BITS = 40  # how much wider than the value a mask is

Integers = npt.NDArray[np.int64]
Shifted = tuple[int, Block]  # bits to shift the plaintexts by, and a ciphertext a column


@dataclass(frozen=True)
class Slots:
    """How numbers lie in one plaintext: `count` slots of `width` bits."""

    width: int
    count: int

    @classmethod
    def of_rows(cls, key_bits: int, value_bits: int, terms_bits: int = 0) -> "Slots":
        """Slots for sums of up to 2^terms_bits masked signed values, each below 2^value_bits in magnitude."""
        width = value_bits + MASK_BITS + 2 + terms_bits
        return cls(width, max(1, (key_bits - 2) // width))

    @classmethod
    def of_convolution(cls, key_bits: int, product_bits: int) -> "Slots":
        """Slots for products of packed vectors; 2·count - 1 of them and a wide mask fit in the plaintext."""
        width = product_bits + 1
        return cls(width, max(1, ((key_bits - MASK_BITS - 4) // width + 1) // 2))

    @classmethod
    def of_masked_convolution(cls, key_bits: int, value_bits: int) -> "Slots":
        """Slots as for a convolution, each with room for a mask of its own over a value below 2^value_bits."""
        rows = cls.of_rows(key_bits, value_bits)
        return cls(rows.width, (rows.count + 1) // 2)

    def n_ciphertexts(self, n_values: int) -> int:
        """Ciphertexts that `n_values` numbers take."""
        return -(-n_values // self.count)

    @property
    def mask_bits(self) -> int:
        """Length of the mask over a whole convolution."""
        return (2 * self.count - 1) * self.width + MASK_BITS

    def pack(self, values: Sequence[int]) -> list[int]:
        """Pack non-negative or signed numbers, the first one lowest."""
        packed = []
        for start in range(0, len(values), self.count):
            total = 0
            for value in reversed(values[start : start + self.count]):
                total = (total << self.width) + value
            packed.append(total)
        return packed

    def unpack(self, plaintexts: Sequence[int], n_values: int) -> list[int]:
        """Split plaintexts whose slots are all non-negative."""
        mask = (1 << self.width) - 1
        values = [(plain >> (self.width * slot)) & mask for plain in plaintexts for slot in range(self.count)]
        return values[:n_values]

    def row_mask(self, stream: Bits, value_bits: int) -> int:
        """Mask for one row: makes the value non-negative and hides it in a range 2^40 times as wide."""
        return (1 << value_bits) + stream.bits(value_bits + MASK_BITS)

    def row_masks(self, stream: Bits, value_bits: int) -> int:
        """Masks for each slot of a convolution, so that no slot borrows from another and sums are integers."""
        masks = [self.row_mask(stream, value_bits) for _ in range(2 * self.count - 1)]
        return sum(mask << (self.width * place) for place, mask in enumerate(masks))

    def wide_mask(self, stream: Bits) -> int:
        """Mask over a whole convolution."""
        return (1 << (self.mask_bits - MASK_BITS)) + stream.bits(self.mask_bits)

    def middle(self, plaintext: int) -> int:
        """Slot count-1 of a convolution and all above it, modulo 2^width."""
        return (plaintext >> (self.width * (self.count - 1))) & ((1 << self.width) - 1)


def shifted(weights: Block, slots: Slots) -> Block:
    """[[w_j·2^(width·s)]] for every j and slot s, the slots of one j together; the bases that `scores` takes."""
    numbers = numbers_of(weights.key, len(weights))
    bases = [numbers.load(weights.data)]
    for _ in range(slots.count - 1):
        bases.append(numbers.power(bases[-1], 1 << slots.width))
    together = np.stack(bases, axis=1)
    return block_of(weights.key, numbers, together.reshape((-1, *together.shape[2:])))


def scores(block: Integers, bases: Block, slots: Slots, first_row: int) -> Block:
    """Products X·[[w]] of one block of rows, packed.

    Parameters
    ----------
    block
        Rows × columns, signed.
    first_row
        Number of the block's first row in the whole matrix; the first and last ciphertexts may be shared with other
        blocks.

    Returns
    -------
    Unblinded ciphertexts of the groups first_row // count … last_row // count.
    """
    n_rows, n_columns = block.shape
    if not n_rows:
        return bases[:0]
    numbers = numbers_of(bases.key, max(n_rows, len(bases)))
    table = _signed_table(numbers, numbers.load(bases.data))
    rows = first_row + np.arange(n_rows)
    base = np.arange(n_columns) * slots.count + (rows % slots.count)[:, None]
    group = rows // slots.count
    n_groups = int(group[-1] - group[0]) + 1
    start = np.searchsorted(group, group[0] + np.arange(n_groups))
    found = []
    for level in digits(block, _WINDOW):
        used = level != 0
        index = ((level + _HALF) * len(bases) + base)[used]
        ends = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        found.append(numbers.segments(table, index, ends[start], ends[np.append(start[1:], n_rows)]))
    return block_of(bases.key, numbers, horner(numbers, _WINDOW, found, n_groups))


def _signed_table(numbers: Arithmetic, bases: Residues) -> Residues:
    """bases^d for d in [-32, 32): power after power, all bases of one together."""
    one = np.repeat(numbers.load(to_bytes([1])), len(bases), axis=0)
    up, down, inverses = [one, bases], [numbers.invert(bases)], None
    inverses = down[0]
    for _ in range(_HALF - 2):
        up.append(numbers.multiply(up[-1], bases))
    for _ in range(_HALF - 1):
        down.append(numbers.multiply(down[-1], inverses))
    return np.concatenate(down[::-1] + up)


def columns(block: Integers, entries: Block, slots: Slots, first_row: int) -> list[Shifted]:
    """X'·[[d]] of one block of rows.

    Parameters
    ----------
    entries
        Packed entries of the groups that hold the block's rows.

    Returns
    -------
    For each shift that occurs a ciphertext a column; `assemble` joins those of all blocks.
    """
    n_rows, n_columns = block.shape
    if not n_rows or not n_columns:
        return []
    numbers = numbers_of(entries.key, len(entries))
    values = numbers.load(entries.data)
    first_group = first_row // slots.count
    out = []
    for slot in range(slots.count):
        rows = np.arange((slot - first_row) % slots.count, n_rows, slots.count)
        used = values[(first_row + rows) // slots.count - first_group]
        window, found = places(numbers, used, block[rows], n_columns)
        shift = slots.width * (slots.count - 1 - slot)
        out += [(shift + window * place, block_of(entries.key, numbers, value)) for place, value in enumerate(found)]
    return out


def assemble(key: Key, parts: Sequence[Shifted], n_columns: int) -> Block:
    """Π c^(2^shift) for each column, by one chain of squarings from the highest shift down."""
    numbers = numbers_of(key, n_columns)
    merged: dict[int, Residues] = {}
    for shift, block in parts:
        value = numbers.load(block.data)
        merged[shift] = numbers.multiply(merged[shift], value) if shift in merged else value
    total = np.repeat(numbers.load(to_bytes([1])), n_columns, axis=0)
    at = max(merged, default=0)
    for shift in sorted({*merged, 0}, reverse=True):
        total = numbers.power(total, 1 << (at - shift)) if shift != at else total
        at = shift
        total = numbers.multiply(total, merged[shift]) if shift in merged else total
    return block_of(key, numbers, total)
