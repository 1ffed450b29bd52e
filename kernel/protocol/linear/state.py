"""What a party keeps between iterations, and how it is written to a checkpoint."""

import struct
from dataclasses import dataclass, field

import numpy as np

from kernel.core.errors import BadPayload
from kernel.core.wire import pack, unpack
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
from kernel.protocol.linear import scales
from kernel.protocol.linear.cross import Cross, Layout, Wide

_HEAD = struct.Struct(">QQQ?")


@dataclass
class State:
    """Our shares, each of all weights in their owners' bases: all columns × targets.

    Parameters
    ----------
    cross
        Of the products of all columns.
    weights, previous
        Now and one iteration ago; FRAC_WEIGHT bits, integers that add up without a modulus.
    product
        C·weights modulo 2^RING; FRAC_PRODUCT bits.
    done, stages, refined, over
        Iterations (one for each target), finished stages, steps with the sigmoid or weights that a descent tried (all
        that it may, once it is over), and whether the promoter has called the end of the stages.
    losses
        The objective after each stage, at the promoter.
    moves
        What the next step of a descent is put together of: shares of weights, a column each.
    told
        What the promoter was told of a descent, in the order of its steps.
    """

    cross: Cross
    weights: Wide
    previous: Wide
    product: Wide
    done: int = 0
    stages: int = 0
    refined: int = 0
    over: bool = False
    losses: list[float] = field(default_factory=list)
    moves: Wide = field(default_factory=lambda: np.zeros((0, 0), dtype=object))
    told: list[float] = field(default_factory=list)

    @classmethod
    def zero(cls, cross: Cross) -> "State":
        """Shares of weights that everybody knows to be zero."""
        nothing: Wide = np.zeros(cross.label.shape, dtype=object)
        return cls(cross, nothing, nothing, nothing)

    @property
    def n_targets(self) -> int:
        """Right-hand sides."""
        return int(self.weights.shape[1])

    @property
    def number(self) -> int:
        """Number of the checkpoint: no two states have the same, even where a stage ends with an iteration kept."""
        return 1 + self.done + self.stages + self.refined

    def dumps(self) -> bytes:
        """Write."""
        values = (self.cross.rows, self.cross.label, self.weights, self.previous, self.product, self.moves)
        return pack(
            [
                _HEAD.pack(self.done, self.stages, self.refined, self.over),
                _doubles(self.losses),
                *(dump_ring(value.ravel().tolist(), scales.RING) for value in values),
                _doubles(self.told),
            ]
        )

    @classmethod
    def loads(cls, data: bytes, layout: Layout, n_targets: int = 1) -> "State":
        """Read what `dumps` wrote.

        Raises
        ------
        BadPayload
            It belongs to other columns.
        """
        parts = unpack(data)
        if len(parts) != _PARTS or len(parts[0]) != _HEAD.size:
            raise BadPayload("a checkpoint of another shape")
        done, stages, refined, over = _HEAD.unpack(parts[0])
        n_own = layout.own.stop - layout.own.start
        rows = _values(parts[2], n_own, layout.total)
        label, weights, previous, product = (_values(part, layout.total, n_targets) for part in parts[3:7])
        moves = _values(parts[7], layout.total, len(parts[7]) // (scales.RING // 8 * layout.total))
        cross, (losses, told) = Cross(layout, rows, label), (_read_doubles(part) for part in (parts[1], parts[8]))
        return cls(cross, weights, previous, product, done, stages, refined, over, losses, moves, told)


_PARTS = 9


def _doubles(values: list[float]) -> bytes:
    return struct.pack(f">{len(values)}d", *values)


def _read_doubles(data: bytes) -> list[float]:
    return list(struct.unpack(f">{len(data) // 8}d", data))


def _values(data: bytes, n_rows: int, n_columns: int) -> Wide:
    values = lift(load_ring(data, scales.RING, n_rows * n_columns), scales.RING)
    return np.array(values, dtype=object).reshape(n_rows, n_columns)
