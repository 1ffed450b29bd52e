"""What a party keeps between iterations, and how it is written to a checkpoint."""

import struct
from dataclasses import dataclass, field

from kernel.core.errors import BadPayload
from kernel.core.wire import pack, unpack
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
from kernel.protocol.linear import scales


@dataclass
class Shares:
    """Shares of one block's weights and of its last step: signed representatives in the ring 2^64."""

    weights: list[int]
    step: list[int]

    @classmethod
    def zero(cls, n_columns: int) -> "Shares":
        """Shares of weights that everybody knows to be zero."""
        return cls([0] * n_columns, [0] * n_columns)

    def move(self, direction: list[int], momentum: int, rate: int, momentum_bits: int, rate_bits: int) -> None:
        """Move along momentum·step - rate·direction. Exact up to one unit in the last place at either holder."""
        moved = [
            ((momentum * step) >> momentum_bits) - ((rate * value) >> rate_bits)
            for step, value in zip(self.step, direction, strict=True)
        ]
        self.step = lift(moved, scales.WEIGHT_RING)
        self.weights = lift((w + s for w, s in zip(self.weights, self.step, strict=True)), scales.WEIGHT_RING)


@dataclass
class State:
    """Iterations done, shares of our own block and of those that we hold for their owners, the objective so far."""

    done: int
    own: Shares
    held: dict[str, Shares]
    losses: list[float] = field(default_factory=list)

    def dumps(self) -> bytes:
        """Write."""
        parts = [struct.pack(">Q", self.done), struct.pack(f">{len(self.losses)}d", *self.losses)]
        for name, shares in [("", self.own), *sorted(self.held.items())]:
            parts += [name.encode(), _ring(shares.weights), _ring(shares.step)]
        return pack(parts)

    @classmethod
    def loads(cls, data: bytes) -> "State":
        """Read what `dumps` wrote."""
        done, losses, *rest = unpack(data)
        if len(rest) % 3 or not rest or rest[0]:
            raise BadPayload("a checkpoint of another shape")
        shares = [(rest[i].decode(), Shares(_lift(rest[i + 1]), _lift(rest[i + 2]))) for i in range(0, len(rest), 3)]
        return cls(
            struct.unpack(">Q", done)[0],
            shares[0][1],
            dict(shares[1:]),
            list(struct.unpack(f">{len(losses) // 8}d", losses)),
        )


def _ring(values: list[int]) -> bytes:
    return dump_ring(values, scales.WEIGHT_RING)


def _lift(data: bytes) -> list[int]:
    return lift(load_ring(data, scales.WEIGHT_RING), scales.WEIGHT_RING)
