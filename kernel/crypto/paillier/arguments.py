"""What the port asks of its arguments, whoever computes: the same errors before anything is read, sent or lost."""

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto.paillier.block import Block
from kernel.crypto.paillier.encoding import Integers
from kernel.crypto.paillier.exponents import Entries
from kernel.crypto.paillier.keys import Key

Matrix = npt.NDArray[np.int64]


def below_half(key: Key, values: Integers) -> list[int]:
    """Plaintexts as numbers.

    Raises
    ------
    OutOfRange
        One is n/2 or beyond in magnitude.
    """
    n, numbers = int(key.n), [int(value) for value in values]
    if any(2 * abs(value) >= n for value in numbers):
        raise OutOfRange("a plaintext beyond half the modulus")
    return numbers


def pair(left: Block, right: Block) -> None:
    """Check that two blocks can be computed on entry by entry."""
    if left.key != right.key or len(left) != len(right):
        raise ValueError("blocks of different lengths or under different keys")


def factors(block: Block, given: Matrix) -> None:
    """Check that there is a factor for each ciphertext."""
    if len(block) != len(given):
        raise ValueError(f"{len(block)} ciphertexts and {len(given)} factors")


def columns(matrix: Matrix | Entries, block: Block, said: int | None) -> int:
    """Check that the matrix has a row for each ciphertext, and tell its number of columns."""
    if isinstance(matrix, Entries):
        if said is None:
            raise ValueError("entries of a sparse matrix come with its number of columns")
        return said
    if len(matrix) != len(block):
        raise ValueError(f"{len(matrix)} rows and {len(block)} ciphertexts")
    return int(matrix.shape[1])


def places(block: Block, bins: Matrix, n_bins: int) -> tuple[Matrix, Matrix]:
    """Rows that belong to a bin, and which of the features · n_bins it is.

    Raises
    ------
    OutOfRange
        A bin is none of the n_bins, nor -1.
    """
    n_rows, n_features = bins.shape
    if n_rows != len(block):
        raise ValueError(f"{n_rows} rows and {len(block)} ciphertexts")
    if bins.size and not -1 <= int(bins.min()) <= int(bins.max()) < n_bins:
        raise OutOfRange(f"a bin outside 0 … {n_bins - 1}")
    used = np.flatnonzero(bins.ravel() >= 0)
    row, feature = np.divmod(used, max(1, n_features))
    return row, feature * n_bins + bins.ravel()[used]


def slots(key: Key, width: int, count: int) -> None:
    """Check that packed numbers fit.

    Raises
    ------
    OutOfRange
        They do not.
    """
    if not 0 < width * count <= key.plain_bits:
        raise OutOfRange(f"{count} slots of {width} bits do not fit a plaintext of {key.plain_bits} bits")
