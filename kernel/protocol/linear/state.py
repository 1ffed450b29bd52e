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
        Iterations (one for each target), finished stages, steps with the sigmoid, and whether the promoter has called
        the end of the stages.
    losses
        The objective after each stage, at the promoter.
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
        values = (self.cross.rows, self.cross.label, self.weights, self.previous, self.product)
        return pack(
            [
                _HEAD.pack(self.done, self.stages, self.refined, self.over),
                struct.pack(f">{len(self.losses)}d", *self.losses),
                *(dump_ring(value.ravel().tolist(), scales.RING) for value in values),
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
        label, weights, previous, product = (_values(part, layout.total, n_targets) for part in parts[3:])
        losses = list(struct.unpack(f">{len(parts[1]) // 8}d", parts[1]))
        return cls(Cross(layout, rows, label), weights, previous, product, done, stages, refined, over, losses)


_PARTS = 7


def _values(data: bytes, n_rows: int, n_columns: int) -> Wide:
    values = lift(load_ring(data, scales.RING, n_rows * n_columns), scales.RING)
    return np.array(values, dtype=object).reshape(n_rows, n_columns)
