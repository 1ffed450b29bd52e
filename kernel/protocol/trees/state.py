"""What a party keeps between trees, and how it is written to a checkpoint."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from common import canonical
from kernel.core.errors import BadPayload
from kernel.core.wire import pack, unpack
from kernel.ml.trees.tree import Tree

Floats = npt.NDArray[np.float64]


@dataclass
class ProviderState:
    """Own splits in the order in which they were made.

    Parameters
    ----------
    seed
        Whence the order of candidates and the choice of columns come: a resumed training makes the same.
    """

    seed: bytes
    splits: list[dict[str, Any]] = field(default_factory=list)

    def dumps(self) -> bytes:
        """Write."""
        return canonical.dumps({"seed": self.seed.hex(), "splits": self.splits})

    @classmethod
    def loads(cls, data: bytes) -> "ProviderState":
        """Read what `dumps` wrote."""
        kept = canonical.loads(data)
        return cls(bytes.fromhex(kept["seed"]), kept["splits"])


@dataclass
class PromoterState:
    """Trees, own splits, and the scores of all rows, (rows, outputs).

    Parameters
    ----------
    seed
        Whence the samples of rows and columns come.
    losses, validation
        Mean loss before the first tree and after each.
    purity
        For each tree that providers took part in its number and the share of training rows with the most frequent label
        of their leaf; for classes only.
    """

    seed: bytes
    scores: Floats
    trees: list[Tree] = field(default_factory=list)
    splits: list[dict[str, Any]] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    purity: list[tuple[int, float]] = field(default_factory=list)

    def dumps(self) -> bytes:
        """Write."""
        plain = {
            "seed": self.seed.hex(),
            "trees": [tree.kept() for tree in self.trees],
            "splits": self.splits,
            "losses": self.losses,
            "validation": self.validation,
            "purity": self.purity,
        }
        return pack([canonical.dumps(plain), self.scores.tobytes()])

    @classmethod
    def loads(cls, data: bytes, shape: tuple[int, int]) -> "PromoterState":
        """Read what `dumps` wrote."""
        plain, scores = unpack(data, n_parts=2)
        if len(scores) != 8 * shape[0] * shape[1]:
            raise BadPayload("a checkpoint of another shape")
        kept = canonical.loads(plain)
        return cls(
            bytes.fromhex(kept["seed"]),
            np.frombuffer(scores).reshape(shape).copy(),
            [Tree(**tree) for tree in kept["trees"]],
            kept["splits"],
            kept["losses"],
            kept["validation"],
            [(number, share) for number, share in kept["purity"]],
        )

    def n_splits(self, member: int) -> int:
        """Count the splits that a member has made so far."""
        return sum(tree.owner.count(member) for tree in self.trees)
