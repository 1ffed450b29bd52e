"""Our share of the products of everybody's columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.crypto.paillier import Block, product
from kernel.crypto.paillier.exponents import Entries, digits
from kernel.crypto.paillier.products import assemble

Wide = npt.NDArray[Any]  # Python integers
DIGIT = 44  # wide exponents are cut into signed digits that fit machine integers


@dataclass(frozen=True)
class Layout:
    """Where each party's weights stand in the vector of all: in the job's order, the promoter's first."""

    ends: tuple[int, ...]
    mine: int

    @property
    def own(self) -> slice:
        """Our weights."""
        return self.of(self.mine)

    @property
    def total(self) -> int:
        """All weights."""
        return self.ends[-1]

    def of(self, place: int) -> slice:
        """Weights of the party at a place in the job's order."""
        return slice(self.ends[place - 1] if place else 0, self.ends[place])


@dataclass(frozen=True)
class Cross:
    """Share of C, the products of different parties' columns, and of b, those with the targets; FRAC_CROSS bits.

    A product of two parties' columns is shared between these two, so our share of the symmetric C has only our rows
    and the same as columns.

    Parameters
    ----------
    rows
        Our columns × all columns; zero at our own ones, whose products with each other are the identity.
    label
        All columns × targets; the promoter has shares of all, a provider of its own rows.
    """

    layout: Layout
    rows: Wide
    label: Wide

    def times(self, vector: Wide) -> Wide:
        """Our share of C·vector."""
        own = self.layout.own
        out = self.rows.T @ vector[own]
        out[own] = self.rows @ vector
        return out

    def times_encrypted(self, vector: Block) -> Block:
        """Our share of C times an encrypted vector; neither masked nor blinded."""
        parts = []
        for place, digit in enumerate(digits(self.rows, DIGIT)):
            parts.append((DIGIT * place, product(self._entries(digit.astype(np.int64)), vector, self.layout.total)))
        return assemble(vector.key, parts, self.layout.total)

    def _entries(self, rows: npt.NDArray[np.int64]) -> Entries:
        """Our rows, and beside them the same as columns, of one digit of the matrix."""
        first = self.layout.own.start
        own, other = np.nonzero(rows)
        value = rows[own, other]
        own = own + first
        return Entries(np.concatenate([other, own]), np.concatenate([own, other]), np.concatenate([value, value]))


def inner_encrypted(vector: Sequence[int], encrypted: Block) -> Block:
    """One ciphertext of the inner product of a vector of wide integers and an encrypted one."""
    parts = []
    for place, digit in enumerate(digits(np.array(vector, dtype=object), DIGIT)):
        parts.append((DIGIT * place, product(digit.astype(np.int64)[:, None], encrypted)))
    return assemble(encrypted.key, parts, 1)
