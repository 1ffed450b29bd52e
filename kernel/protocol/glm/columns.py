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

    def support(self, weights: Floats | None = None) -> Floats:
        """Of each column, the rows in which it differs from its commonest value, where that has more than half.

        Rows of different weights count as so many of one weight as `batches.counted` says.
        """
        weights = np.ones(self.blocks.n_rows) if weights is None else weights
        candidates = np.array([modes for modes in self.blocks.run(_modes) if modes is not None])
        parts = np.split(weights, np.cumsum(self.blocks.sizes)[:-1])
        total, squares = np.sum(self.blocks.run(_unlike, [(candidates, part) for part in parts]), axis=0)
        return np.asarray((total**2 / np.where(squares > 0, squares, 1)).min(axis=0))

    def check_support(self, names: Sequence[str], batch_rows: int, weights: Floats | None = None) -> None:
        """Refuse columns in which too few rows stand out: the gradient would be about these rows.

        Parameters
        ----------
        weights
            Of the rows, where they are known; all alike by default.

        Raises
        ------
        BadParameters
            With the columns' names for ourselves.
        """
        n_rows = self.blocks.n_rows
        share = min(1.0, batch_rows / n_rows) if batch_rows else 1.0
        thin = [
            name
            for name, rows in zip(names, self.support(weights).tolist(), strict=False)
            if round(rows * share, 6) < scales.SUPPORT
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


def _unlike(block: Floats, argument: tuple[Floats, Floats]) -> Floats:
    """Add weights, and their squares, of the rows unlike each candidate: (2, candidates, columns)."""
    candidates, weights = argument
    both = np.stack([weights, weights**2])
    return np.stack([both @ (block != values) for values in candidates], axis=1)


def ones(block: Floats) -> Floats:
    """Append the constant of the intercept."""
    return np.hstack([block, np.ones((len(block), 1))])
