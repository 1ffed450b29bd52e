"""What kernels are compiled for; numba compiles a function anew for each type that it is given."""

from collections.abc import Callable
from typing import Any, NamedTuple

from llvmlite import ir

from kernel.crypto.curve.wide import fused, halves
from kernel.crypto.curve.wide.field import I64, Field
from kernel.crypto.modular.wide import vectors

_HALF_BITS = 52


class Fused(NamedTuple):
    """Four lanes, fused multiply-add of doubles (AVX2 with FMA)."""

    lanes: int = 4
    offset: int = fused.OFFSET


class LongFused(NamedTuple):
    """The same with eight lanes (AVX-512F)."""

    lanes: int = 8
    offset: int = fused.OFFSET


class Halves(NamedTuple):
    """Eight lanes, halves of products of 52 bits (AVX512-IFMA)."""

    lanes: int = vectors.LANES
    offset: int = 0


class WrittenOut(NamedTuple):
    """The same with the two instructions written out, for tests on any processor."""

    lanes: int = vectors.LANES
    offset: int = 0


Kind = Fused | LongFused | Halves | WrittenOut
KINDS: dict[str, Kind] = {"halves": Halves(), "long-fused": LongFused(), "fused": Fused()}


class _Instructions:
    """The two instructions of `kernel.crypto.modular.wide.vectors.Halves`, by products of 128 bits."""

    def __init__(self, b: ir.IRBuilder, lanes: int) -> None:
        self._b = b
        self._short, self._long = (ir.VectorType(kind, lanes) for kind in (I64, ir.IntType(128)))

    def low(self, total: Any, *pairs: tuple[Any, Any]) -> Any:
        """Lower halves."""
        return self._chain(total, pairs, lambda product: product)

    def high(self, total: Any, *pairs: tuple[Any, Any]) -> Any:
        """Upper halves."""
        bits = ir.Constant(self._long, [_HALF_BITS] * self._long.count)
        return self._chain(total, pairs, lambda product: self._b.lshr(product, bits))

    def _chain(self, total: Any, pairs: tuple[tuple[Any, Any], ...], half: Callable[[Any], Any]) -> Any:
        b, mask = self._b, ir.Constant(self._short, [(1 << _HALF_BITS) - 1] * self._short.count)
        for pair in pairs:
            one, other = (b.zext(b.and_(factor, mask), self._long) for factor in pair)
            total = b.add(total, b.and_(b.trunc(half(b.mul(one, other)), self._short), mask))
        return total


def field(kind: type[Kind], b: ir.IRBuilder) -> Field:
    """Return the arithmetic of a kind at a place of a function."""
    lanes = kind().lanes
    if kind is Halves:
        return halves.Halves(b, lanes, vectors.Halves(b))
    if kind is WrittenOut:
        return halves.Halves(b, lanes, _Instructions(b, lanes))
    return fused.Fused(b, lanes)
