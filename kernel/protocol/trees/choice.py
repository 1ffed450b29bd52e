"""The promoter's word after a level: which children are nodes of the next one, and which candidates won."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import BadPayload
from kernel.core.wire import pack, unpack
from kernel.protocol.trees.rows import LEFT_OPEN, RIGHT_OPEN

_WIN = struct.Struct(">II")


@dataclass(frozen=True)
class Choice:
    """What one provider is told.

    Parameters
    ----------
    flags
        For each node LEFT_OPEN and RIGHT_OPEN, as `Rows.descend` takes them.
    wins
        Nodes that the receiver splits, ascending, and at which position of its answer the candidate stood.
    bits
        Sides of the rows of nodes that go on and are not the receiver's; a winner among several providers gets them
        later, when all are known.
    """

    flags: npt.NDArray[np.uint8]
    wins: Sequence[tuple[int, int]]
    bits: bytes

    def dumps(self) -> bytes:
        """Write."""
        return pack([self.flags.tobytes(), b"".join(_WIN.pack(*win) for win in self.wins), self.bits])

    @classmethod
    def loads(cls, data: bytes, n_nodes: int, n_candidates: int) -> "Choice":
        """Read what `dumps` wrote.

        Raises
        ------
        BadPayload
            Another number of nodes, a node or a position out of range, or nodes in another order.
        """
        flags, wins, bits = unpack(data, n_parts=3)
        if len(flags) != n_nodes or len(wins) % _WIN.size:
            raise BadPayload(f"a choice for {len(flags)} nodes where there are {n_nodes}")
        found = np.frombuffer(flags, np.uint8)
        if np.any(found > LEFT_OPEN + RIGHT_OPEN):
            raise BadPayload("a node with a flag that does not exist")
        pairs = list(_WIN.iter_unpack(wins))
        nodes = [node for node, _ in pairs]
        if nodes != sorted(set(nodes)) or any(node >= n_nodes or at >= n_candidates for node, at in pairs):
            raise BadPayload("a node or a position of a candidate out of range")
        return cls(found, [(int(node), int(at)) for node, at in pairs], bits)
