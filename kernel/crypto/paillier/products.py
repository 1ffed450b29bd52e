"""Products of encrypted vectors with integer matrices: the public computations that executors share.

Two shapes occur.

*Rows* (`scores`): X·[[w]] with few encrypted numbers and many rows. Row r lands in slot r mod S of ciphertext r // S:
the encryptions [[w_j·2^(b·s)]] are bases of a Straus multi-exponentiation with signed digits, so a row costs p·digits
multiplications.

*Columns* (`columns`): X'·[[d]] with a long encrypted vector. S entries travel in one ciphertext,
D_g = Σ_s d_(gS+s)·2^(b·s). Raising D_g to Σ_s x_(gS+s)·2^(b·(S-1-s)) puts Σ_s x·d into slot S-1 (a convolution); the
other slots hold cross products and must be masked as a whole. Exponents are digits with long gaps of zeros, so
Pippenger's buckets are filled once per digit and slot: as many multiplications as without packing, but S times fewer
encryptions.

Negative digits use the inverse ciphertext; no exponent is ever n - s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import gmpy2
import numpy as np
import numpy.typing as npt
from gmpy2 import mpz

from kernel.crypto.paillier.ciphertexts import join, split
from kernel.crypto.paillier.keys import Bits, PublicKey

_WINDOW = 6  # bits of a digit of `scores`; digits lie in [-32, 32)
_HALF = 1 << (_WINDOW - 1)
_BUCKET_WINDOW = 7  # bits of a digit of `columns`
_FEW = 64  # a column with at most so many different values is grouped by value first
MASK_BITS = 40  # how much wider than the value a mask is

Integers = npt.NDArray[np.int64]
Position = tuple[int, int]  # (shift in bits, ciphertext)


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

    def wide_mask(self, stream: Bits) -> int:
        """Mask over a whole convolution."""
        return (1 << (self.mask_bits - MASK_BITS)) + stream.bits(self.mask_bits)

    def middle(self, plaintext: int) -> int:
        """Slot count-1 of a convolution and all above it, modulo 2^width."""
        return (plaintext >> (self.width * (self.count - 1))) & ((1 << self.width) - 1)


def digits(values: Integers, window: int) -> list[Integers]:
    """Signed digits of `window` bits, lowest first, as many as the largest value needs."""
    values = np.array(values, dtype=np.int64)
    half, found = 1 << (window - 1), []
    while np.any(values):
        digit = ((values + half) & (2 * half - 1)) - half
        found.append(digit)
        values = (values - digit) >> window
    return found


def shifted(key: PublicKey, ciphertexts: Sequence[mpz], slots: Slots) -> bytes:
    """[[w_j·2^(width·s)]] for every j and slot s, the slots of one j together; the bases that `scores` takes."""
    step = mpz(1) << slots.width
    out = []
    for value in ciphertexts:
        base = value
        for slot in range(slots.count):
            base = gmpy2.powmod(base, step, key.n2) if slot else base
            out.append(base)
    return join(key, out)


def scores(key: PublicKey, block: Integers, bases: bytes, slots: Slots, first_row: int) -> list[mpz]:
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
    n2 = key.n2
    n_rows = len(block)
    if not n_rows:
        return []
    tables = [_signed_table(base, n2) for base in split(key, bases)]
    levels = [level.tolist() for level in digits(block, _WINDOW)]
    groups = range(first_row // slots.count, (first_row + n_rows - 1) // slots.count + 1)
    out = []
    for group in groups:
        rows = range(max(group * slots.count - first_row, 0), min((group + 1) * slots.count - first_row, n_rows))
        total = mpz(1)
        for level in reversed(levels):
            if total != 1:
                total = gmpy2.powmod(total, 1 << _WINDOW, n2)
            for row in rows:
                slot = (first_row + row) % slots.count
                for column, digit in enumerate(level[row]):
                    if digit:
                        total = total * tables[column * slots.count + slot][digit + _HALF] % n2
        out.append(total)
    return out


def _signed_table(base: mpz, n2: mpz) -> list[mpz]:
    """base^d for d in [-32, 32), at index d + 32."""
    up, down = [mpz(1)], [mpz(1)]
    inverse = gmpy2.invert(base, n2)
    for _ in range(_HALF - 1):
        up.append(up[-1] * base % n2)
    for _ in range(_HALF):
        down.append(down[-1] * inverse % n2)
    return down[:0:-1] + up


def columns(
    key: PublicKey, block: Integers, ciphertexts: Sequence[mpz], slots: Slots, first_row: int
) -> list[list[Position]]:
    """X'·[[d]] of one block of rows.

    Parameters
    ----------
    ciphertexts
        Packed entries of the groups that hold the block's rows.

    Returns
    -------
    For each column: (shift, ciphertext) pairs; `assemble` joins those of all blocks.
    """
    n2 = key.n2
    n_rows, n_columns = block.shape
    if not n_rows:
        return [[] for _ in range(n_columns)]
    first_group = first_row // slots.count
    inverses = _invert_all(ciphertexts, n2)
    out: list[list[Position]] = [[] for _ in range(n_columns)]
    for slot in range(slots.count):
        rows = np.arange((slot - first_row) % slots.count, n_rows, slots.count)
        groups = ((first_row + rows) // slots.count - first_group).tolist()
        up, down = [ciphertexts[g] for g in groups], [inverses[g] for g in groups]
        shift = slots.width * (slots.count - 1 - slot)
        for column in range(n_columns):
            for power, value in _column(block[rows, column], up, down, n2):
                out[column].append((shift + power, value))
    return out


def _column(exponents: Integers, up: Sequence[mpz], down: Sequence[mpz], n2: mpz) -> list[Position]:
    """Π up_i^e_i as (shift, ciphertext) pairs, one for each digit."""
    different, place = np.unique(exponents, return_inverse=True)
    if len(different) <= min(_FEW, len(exponents) // 2):
        products: list[mpz] = [mpz(1)] * len(different)
        for index, factor in zip(place.tolist(), up, strict=True):
            products[index] = products[index] * factor % n2
        exponents, up, down = different, products, _invert_all(products, n2)
    found = []
    for level, digit in enumerate(digits(exponents, _BUCKET_WINDOW)):
        value = _buckets(digit.tolist(), up, down, n2)
        if value != 1:
            found.append((_BUCKET_WINDOW * level, value))
    return found


def _buckets(exponents: list[int], up: Sequence[mpz], down: Sequence[mpz], n2: mpz) -> mpz:
    """Π up_i^e_i for small signed exponents: one multiplication an entry, two a bucket."""
    buckets: list[mpz | None] = [None] * ((1 << (_BUCKET_WINDOW - 1)) + 1)
    for exponent, positive, negative in zip(exponents, up, down, strict=True):
        if exponent:
            index = abs(exponent)
            factor = positive if exponent > 0 else negative
            held = buckets[index]
            buckets[index] = factor if held is None else held * factor % n2
    running, total = mpz(1), mpz(1)
    for held in reversed(buckets[1:]):
        if held is not None:
            running = running * held % n2
        if running != 1:
            total = total * running % n2
    return total


def _invert_all(values: Sequence[mpz], modulus: mpz) -> list[mpz]:
    """Invert many units with a single inversion (Montgomery's trick)."""
    if not values:
        return []
    prefix = [mpz(1)]
    for value in values:
        prefix.append(prefix[-1] * value % modulus)
    inverse = gmpy2.invert(prefix[-1], modulus)
    out = [mpz(0)] * len(values)
    for index in range(len(values) - 1, -1, -1):
        out[index] = inverse * prefix[index] % modulus
        inverse = inverse * values[index] % modulus
    return out


def assemble(key: PublicKey, positions: Sequence[Position]) -> mpz:
    """Π c^(2^shift), by one chain of squarings from the highest shift down."""
    n2 = key.n2
    merged: dict[int, mpz] = {}
    for shift, value in positions:
        merged[shift] = merged[shift] * value % n2 if shift in merged else value
    total, at = mpz(1), max(merged, default=0)
    for shift in sorted(merged, reverse=True):
        if shift != at and total != 1:
            total = gmpy2.powmod(total, mpz(1) << (at - shift), n2)
        at = shift
        total = total * merged[shift] % n2
    return gmpy2.powmod(total, mpz(1) << at, n2) if at else total


def power(key: PublicKey, ciphertext: mpz, exponent: int) -> mpz:
    """[[e·x]] from [[x]] for a signed exponent."""
    if exponent < 0:
        return gmpy2.powmod(gmpy2.invert(ciphertext, key.n2), -exponent, key.n2)
    return gmpy2.powmod(ciphertext, exponent, key.n2)
