"""How gradients lie in plaintexts: signed fields, one after the other, whose borrows undo themselves when read.

A row's plaintext holds g and h of as many outputs as fit; several plaintexts a row where they do not. A packed
answer holds that of several candidates. No offset is added, so nobody needs to know how many rows a sum has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import OutOfRange
from kernel.crypto.paillier.encoding import Digits, unpack
from kernel.ml.trees.quantise import FRAC_BITS

Integers = npt.NDArray[np.int64]
_MOST_ROWS = 31  # bits: sums stay below 2^62


@dataclass(frozen=True)
class Fields:
    """Widths for sums over up to `n_rows` rows in plaintexts of `plain_bits` bits.

    Raises
    ------
    OutOfRange
        There are too many rows.
    """

    n_rows: int
    n_outputs: int
    plain_bits: int

    def __post_init__(self) -> None:
        """Check that sums fit machine integers and a pair fits a plaintext."""
        if self.n_rows.bit_length() > _MOST_ROWS or 2 * self.width > self.plain_bits:
            raise OutOfRange(f"{self.n_rows} rows do not fit the fields of a plaintext", hint="Use fewer rows.")

    @property
    def width(self) -> int:
        """Bits of a field: a sum of n_rows numbers up to 2^30, its sign, and one to spare."""
        return FRAC_BITS + self.n_rows.bit_length() + 2

    @property
    def n_parts(self) -> int:
        """Ciphertexts a row."""
        return -(-self.n_outputs // (self.plain_bits // (2 * self.width)))

    @property
    def fields(self) -> int:
        """Fields of one such ciphertext: outputs are shared out evenly."""
        return 2 * -(-self.n_outputs // self.n_parts)

    @property
    def count(self) -> int:
        """Candidates of a packed ciphertext."""
        return self.plain_bits // (self.fields * self.width)

    def n_packed(self, n_candidates: int) -> int:
        """Ciphertexts of an answer of so many candidates."""
        return self.n_parts * -(-n_candidates // self.count)

    def encode(self, values: Integers) -> Digits:
        """Plaintexts of rows, (rows, 2·outputs), the parts of one row together."""
        padded = np.zeros((len(values), self.n_parts * self.fields), dtype=np.int64)
        padded[:, : values.shape[1]] = values
        parts = padded.reshape(len(values) * self.n_parts, self.fields)
        return Digits(parts, self.width)

    def decode(self, plaintexts: Sequence[int], n_candidates: int) -> Integers:
        """Read sums of candidates, (candidates, 2·outputs), from an answer's plaintexts, part after part.

        Raises
        ------
        OutOfRange
            A field is fuller than the sum of all rows can be.
        """
        per_part = len(plaintexts) // self.n_parts
        parts = []
        for start in range(0, len(plaintexts), max(1, per_part)):
            opened = plaintexts[start : start + per_part]
            values = unpack(opened, self.width, self.count * self.fields, n_candidates * self.fields)
            parts.append(values.reshape(n_candidates, self.fields))
        found = np.concatenate(parts, axis=1)[:, : 2 * self.n_outputs]
        if np.max(np.abs(found), initial=0) > self.n_rows << FRAC_BITS:
            raise OutOfRange("a sum is larger than that of all rows")
        return found
