"""What a party computes over its own columns, partition by partition, on its own executors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadParameters
from kernel.crypto.fixed_point import encode
from kernel.crypto.paillier import Block, PublicKey, products
from kernel.crypto.paillier.keys import read_once
from kernel.crypto.paillier.products import Shifted, Slots
from kernel.data.engine import Blocks
from kernel.protocol.glm import scales

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """Own columns, in reals.

    A step takes some rows, given as ascending numbers in the whole matrix; per-row results come in the same order.
    """

    blocks: Blocks

    def _split(self, rows: Rows) -> list[Rows]:
        """Split chosen rows by partition and number them within it."""
        starts = np.concatenate([[0], np.cumsum(self.blocks.sizes)])
        cuts = np.searchsorted(rows, starts)
        return [rows[a:b] - start for a, b, start in zip(cuts, cuts[1:], starts, strict=False)]

    def scores(self, rows: Rows, weights: Floats) -> Floats:
        """X·w of the chosen rows, shape (rows, outputs)."""
        return np.concatenate(self.blocks.run(_scores, [(part, weights) for part in self._split(rows)]))

    def gradient(self, rows: Rows, residuals: Floats) -> Floats:
        """X'd over the chosen rows, in the clear; shape (columns, outputs)."""
        parts = self._split(rows)
        ends = np.cumsum([len(part) for part in parts])
        arguments = list(zip(parts, np.split(residuals, ends[:-1]), strict=True))
        return np.asarray(np.sum(self.blocks.run(_gradient, arguments), axis=0))

    def encrypted_gradient(self, rows: Rows, residuals: Block, key: PublicKey, slots: Slots) -> Block:
        """X'[[d]] of one output over the chosen rows: a convolution a column, unblinded."""
        public = key.dumps()
        arguments, first = [], 0
        for part in self._split(rows):
            groups = slice(first // slots.count, slots.n_ciphertexts(first + len(part)))
            arguments.append((public, key.bits, part, residuals[groups].tobytes(), first, slots))
            first += len(part)
        found: list[Shifted] = [
            (shift, Block.raw(key, data))
            for parts in self.blocks.run(_encrypted_gradient, arguments)
            for shift, data in parts
        ]
        return products.assemble(key, found, self.blocks.n_columns)

    def gram(self) -> Floats:
        """X'X."""
        return np.asarray(np.sum(self.blocks.run(_gram), axis=0))

    def support(self) -> npt.NDArray[np.int64]:
        """Of each column, the rows in which it differs from its commonest value, where that has more than half."""
        candidates = np.array([modes for modes in self.blocks.run(_modes) if modes is not None])
        counts = np.sum(self.blocks.run(_equal, [candidates] * len(self.blocks.sizes)), axis=0)
        return np.asarray(self.blocks.n_rows - counts.max(axis=0))

    def check_support(self, names: Sequence[str], batch_rows: int) -> None:
        """Refuse columns in which too few rows stand out: the gradient would be about these rows.

        Raises
        ------
        BadParameters
            With the columns' names for ourselves.
        """
        n_rows = self.blocks.n_rows
        share = min(1.0, batch_rows / n_rows) if batch_rows else 1.0
        thin = [
            name for name, rows in zip(names, self.support().tolist(), strict=False) if rows * share < scales.SUPPORT
        ]
        if thin:
            raise BadParameters(
                f"{', '.join(thin)}: fewer than {scales.SUPPORT} rows of a step differ from the commonest value",
                hint="Leave these columns out, or train with vert_lr, which shows no gradients.",
                public_detail="a column in which too few rows stand out",
            )


def _scores(block: Floats, argument: tuple[Rows, Floats]) -> Floats:
    rows, weights = argument
    return np.asarray(block[rows] @ weights)


def _gradient(block: Floats, argument: tuple[Rows, Floats]) -> Floats:
    rows, residuals = argument
    return np.asarray(block[rows].T @ residuals)


def _encrypted_gradient(block: Floats, argument: tuple[bytes, int, Rows, bytes, int, Slots]) -> list[tuple[int, bytes]]:
    public, bits, rows, data, first, slots = argument
    key = read_once(public, bits)
    used = encode(block[rows], scales.FRAC_FEATURE, scales.FRAC_FEATURE + scales.FEATURE_BITS)
    found = products.columns(used, Block.raw(key, data), slots, first)
    return [(shift, ciphertexts.tobytes()) for shift, ciphertexts in found]


def _gram(block: Floats, _: None) -> Floats:
    return np.asarray(block.T @ block)


def _modes(block: Floats, _: None) -> Floats | None:
    if not len(block):
        return None
    found = []
    for column in block.T:
        values, counts = np.unique(column, return_counts=True)
        found.append(values[np.argmax(counts)])
    return np.array(found)


def _equal(block: Floats, candidates: Floats) -> npt.NDArray[np.int64]:
    return np.array([(block == values).sum(axis=0) for values in candidates], dtype=np.int64)


def ones(block: Floats) -> Floats:
    """Append the constant of the intercept."""
    return np.hstack([block, np.ones((len(block), 1))])
