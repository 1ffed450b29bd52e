"""What anybody can compute on blocks of ciphertexts under one key. Nothing here blinds: do so before sending."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.crypto.modular.arithmetic import Arithmetic, Residues, arithmetic, chosen, to_bytes
from kernel.crypto.paillier import arguments
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.exponents import Entries, grouped, horner, places
from kernel.crypto.paillier.keys import Key

Integers = npt.NDArray[np.int64]


def numbers_of(key: Key, count: int) -> Arithmetic:
    """Return the arithmetic of the key for a block of `count` ciphertexts."""
    return arithmetic(int(key.modulus), chosen(count))


def block_of(key: Key, numbers: Arithmetic, values: Residues) -> Block:
    """Make a block of residues."""
    return Block(key, numbers.store(values, key.cipher_bytes))


def add(left: Block, right: Block) -> Block:
    """[[x + y]], entry by entry."""
    return Block(left.key, _both(left, right).combine(left.data, right.data))


def subtract(left: Block, right: Block) -> Block:
    """[[x - y]], entry by entry."""
    numbers = _both(left, right)
    inverse = numbers.invert(numbers.load(right.data))
    return block_of(left.key, numbers, numbers.multiply(numbers.load(left.data), inverse))


def multiply(block: Block, factors: Integers) -> Block:
    """[[k·x]], entry by entry, for signed factors."""
    arguments.factors(block, factors)
    numbers = numbers_of(block.key, len(block))
    values, negative = numbers.load(block.data), np.asarray(factors) < 0
    if np.any(negative):
        values[negative] = numbers.invert(values[negative])
    # The absolute value of -2^63 is right when read as unsigned.
    return block_of(block.key, numbers, numbers.powers(values, np.abs(factors).astype(np.uint64)))


def product(matrix: Integers | Entries, block: Block, n_columns: int | None = None) -> Block:
    """X'·[[d]], which is also [[d]]·X read as a row.

    Parameters
    ----------
    matrix
        X, rows × columns, signed and below 2^62 in magnitude; or its entries, zeros left out, with `n_columns` said.

    Raises
    ------
    OutOfRange
        An entry is too large.
    """
    n_columns = arguments.columns(matrix, block, n_columns)
    if not n_columns:
        return block[:0]
    numbers = numbers_of(block.key, max(len(block), n_columns))
    window, found = places(numbers, numbers.load(block.data), matrix, n_columns)
    return block_of(block.key, numbers, horner(numbers, window, found, n_columns))


def sums(block: Block, bins: Integers, n_bins: int) -> Block:
    """Add by bin: histograms of several features at once.

    Parameters
    ----------
    bins
        Rows × features: the bin of each row, or -1 where the row belongs to none.

    Returns
    -------
    features · n_bins ciphertexts, the bins of one feature together; that of an empty bin is 1.
    """
    row, group = arguments.places(block, bins, n_bins)
    numbers = numbers_of(block.key, len(block))
    found = grouped(numbers, numbers.load(block.data), row, group, bins.shape[1] * n_bins)
    return block_of(block.key, numbers, found)


def running(block: Block, ends: Sequence[int]) -> Block:
    """Add up parts of equal length, one after the other: each part and all before it.

    Parameters
    ----------
    ends
        For each part how many of its first ciphertexts go on; the others stay as they are, and no later part has more.
    """
    if not ends or len(block) % len(ends):
        raise ValueError(f"{len(block)} ciphertexts in {len(ends)} parts")
    whole = block.data.reshape(len(ends), -1, block.data.shape[1]).copy()
    for part, end in enumerate(ends[1:], 1):
        if end:
            numbers = numbers_of(block.key, end)
            whole[part, :end] = numbers.combine(whole[part - 1, :end], whole[part, :end])
    return Block(block.key, whole.reshape(block.data.shape))


def pack(block: Block, width: int, count: int) -> Block:
    """[[Σ x_(gS+s)·2^(width·s)]]: `count` signed numbers below 2^(width-1) in one; `encoding.unpack` undoes it.

    Raises
    ------
    OutOfRange
        They do not fit.
    """
    arguments.slots(block.key, width, count)
    numbers = numbers_of(block.key, len(block))
    values, missing = numbers.load(block.data), -len(block) % count
    if missing:
        values = np.concatenate([values, np.repeat(numbers.load(to_bytes([1])), missing, axis=0)])
    slots = values.reshape((-1, count, *values.shape[1:]))
    return block_of(block.key, numbers, horner(numbers, width, [slots[:, slot] for slot in range(count)], len(slots)))


def _both(left: Block, right: Block) -> Arithmetic:
    arguments.pair(left, right)
    return numbers_of(left.key, len(left))
