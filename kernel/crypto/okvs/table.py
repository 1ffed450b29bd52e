"""The garbled cuckoo table of Raghuraman and Rindal (CCS 2022, ePrint 2022/320), with three entries a key.

A key's value is the sum of three entries of a sparse part and of those of 64 dense ones that its bits name: a linear
map with bits as coefficients, so it commutes with multiplication in GF(2^128). Encoding peels keys off that have an
entry of their own; the few that may be left are solved for with the dense entries. The sparse part has e·n entries with
e from the paper's experiments for a failure probability of 2^-40:

    e = 1.223 + (40 + 9.2) / 2^(0.555·log2 n + 2.336)                    (for three entries, as their code has it)

The paper adds ⌊40 / log2(e·n)⌋ + 40 dense entries, which is less than 64 for all n from 2^10; smaller sets get the
table of 2^10. Free entries are zero: whoever needs them random masks the whole table.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import ComponentFailure
from kernel.crypto.aes import Permutation, Words, public_key
from kernel.crypto.kernels import loaded
from kernel.crypto.okvs.core import solve

DENSE, WEIGHT = 64, 3
_FEWEST = 1 << 10
_SECURITY_BITS = 40
_MOST_LEFT = 2000  # keys not peeled; more is a failure

Rows = npt.NDArray[np.uint32]  # (n, 3) places
Masks = npt.NDArray[np.uint64]  # (n,) of the dense entries, a bit each


class TableFailure(ComponentFailure):
    """The keys have no table under this seed: an event of probability 2^-40."""

    code = "HAN-4033"
    title = "No table could be made of the ids"
    hint = "Run the task again; if it happens again, its ids are not hashed as they should be."


@dataclass(frozen=True)
class Layout:
    """A table for up to `n_keys` keys, which are different blocks of 16 bytes; the seed is public."""

    n_keys: int
    seed: bytes

    @property
    def n_sparse(self) -> int:
        """Entries of the sparse part."""
        count = max(self.n_keys, _FEWEST)
        slope: float = 2.0 ** (0.555 * math.log2(count) + 2.336)
        return math.ceil(count * (1.223 + (_SECURITY_BITS + 9.2) / slope))

    @property
    def size(self) -> int:
        """Entries."""
        return self.n_sparse + DENSE

    def rows(self, keys: Words) -> tuple[Rows, Masks]:
        """Find the entries of keys (n, 2)."""
        masks, draws = (Permutation(public_key("okvs", self.seed, part)).of(keys) for part in range(2))
        rows = np.empty((len(keys), WEIGHT), np.uint32)
        loaded().table.place(rows, draws.view("<u4"), self.n_sparse)
        return rows, np.ascontiguousarray(masks[:, 0])

    def decoder(self, table: Words) -> "Decoder":
        """Prepare to decode a table (size, 2)."""
        return Decoder(self, table[: self.n_sparse], _sums(table[self.n_sparse :]))


@dataclass(frozen=True)
class Decoder:
    """A table with the sums of its dense entries, eight by eight."""

    layout: Layout
    sparse: Words
    sums: Words

    def of(self, keys: Words) -> Words:
        """Return the values (n, 2) of keys (n, 2)."""
        out = np.empty((len(keys), 2), np.uint64)
        loaded().table.decode(out, self.sparse, self.sums, *self.layout.rows(keys))
        return out


def encode(layout: Layout, keys: Words, values: Words) -> Words:
    """Return a table (size, 2) that gives `values` (n, 2) for different `keys` (n, 2).

    Raises
    ------
    TableFailure
        There is none under this seed.
    """
    kernels = loaded().table
    rows, masks = layout.rows(keys)
    order, pivot = np.empty(len(keys), np.uint32), np.empty(len(keys), np.uint32)
    taken = kernels.peel(rows, layout.n_sparse, order, pivot)
    table: Words = np.zeros((layout.size, 2), np.uint64)
    if taken < len(keys):
        left = np.setdiff1d(np.arange(len(keys)), order[:taken])
        if len(left) > _MOST_LEFT or not solve(table, rows[left], masks[left], values[left], layout.n_sparse):
            raise TableFailure(f"{len(left)} keys are left")
    dense = table[layout.n_sparse :]
    sums = _sums(dense) if np.any(dense) else np.empty((0, 0, 2), np.uint64)
    kernels.substitute(table, sums, rows, masks, values, order[:taken], pivot[:taken])
    return table


def _sums(dense: Words) -> Words:
    """All sums of each eight dense entries, (8, 256, 2)."""
    sums: Words = np.zeros((DENSE // 8, 256, 2), np.uint64)
    for bit in range(8):
        sums[:, 1 << bit : 2 << bit] = sums[:, : 1 << bit] ^ dense[bit::8, None]
    return sums
