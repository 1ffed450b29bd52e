"""Multiplication by fused multiply-add of doubles (AVX2 with FMA, AVX-512F): exact products of 51 bits by 51.

With C = 3·2^102 the sum h = f·g + C, rounded to the last bit of a double, is C + r·2^51 for the integer r nearest to
f·g/2^51, and l = f·g + ((C + D) - h), D = 3·2^51, is D + f·g - r·2^51 without any rounding. All such h lie between
two powers of two, and all such l too, so that their bits as integers are those of C plus r, and of D plus the rest:
columns are added up as integers (Emmart, Zheng and Weems 2018, "Faster modular exponentiation using double precision
floating point arithmetic on the GPU"; their split at 2^52 is one at 2^51 here, which is a limb).

It takes |f·g| < 2^102. As doubles limbs are signed: those of an element lie within 2^50 + 2^14, of a wide factor within
2^51 + 2^15, of a settled one within 2^50 + 19; the offset is 2^50. What comes in from outside lies within [0, 2^51).
Columns lie within 20·(5·2^50 + 5·2^50) < 2^58, so that 2^8 times p makes them positive, and below 2^60.

The processor must round to the nearest, as it does unless somebody has told it otherwise.
"""

import struct
from typing import Any

from llvmlite import ir

from kernel.crypto.curve.wide.field import LIMB_BITS, P_LIMBS, SIZE, SURPLUS, Field, Limbs

OFFSET = 1 << (LIMB_BITS - 1)
_C, _D = 3.0 * 2.0 ** (2 * LIMB_BITS), 3.0 * 2.0**LIMB_BITS
_UNIT = 2.0**52  # where the last bit of a double counts one
_MULTIPLE = 1 << 8
_DOUBLE = ir.DoubleType()


def _bits(value: float) -> int:
    return int.from_bytes(struct.pack(">d", value), "big")


class Fused(Field):
    """See the module's text."""

    offset = OFFSET

    def __init__(self, b: ir.IRBuilder, lanes: int) -> None:
        super().__init__(b, lanes)
        self._doubles = ir.VectorType(_DOUBLE, lanes)
        name = f"llvm.fma.v{lanes}f64"
        self._fma = b.module.globals.get(name) or ir.Function(
            b.module, ir.FunctionType(self._doubles, [self._doubles] * 3), name
        )

    def _double(self, value: float) -> Any:
        return ir.Constant(self._doubles, [value] * self._doubles.count)

    def factor(self, element: Limbs) -> Limbs:
        """See `Field.factor`: a limb laid into the last bits of 2^52, which is taken off with the offset."""
        b, bits, off = self.b, self.constant(_bits(_UNIT)), self._double(_UNIT + OFFSET)
        return [b.fsub(b.bitcast(b.add(limb, bits), self._doubles), off) for limb in element]

    def add(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.add`."""
        return [self.b.fadd(x, y) for x, y in zip(self.factor(left), self.factor(right), strict=True)]

    def subtract(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.subtract`."""
        return [self.b.fsub(x, y) for x, y in zip(self.factor(left), self.factor(right), strict=True)]

    def settle(self, factor: Limbs) -> Limbs:
        """See `Field.settle`: multiples of 2^51 go on to the next limb."""
        b, c = self.b, self._double(_C)
        passed = [b.fsub(b.fadd(limb, c), c) for limb in factor]
        kept = [b.fsub(limb, surplus) for limb, surplus in zip(factor, passed, strict=True)]
        unit = 2.0**-LIMB_BITS
        return [
            b.call(self._fma, [passed[k - 1], self._double(unit if k else SURPLUS * unit), kept[k]])
            for k in range(SIZE)
        ]

    def multiply(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.multiply`."""
        return self._sum([(i + j, f, g) for i, f in enumerate(left) for j, g in enumerate(right)])

    def square(self, base: Limbs) -> Limbs:
        """See `Field.square`: each pair of different limbs once."""
        twice = [self.b.fadd(limb, limb) for limb in base]
        pairs = [(i, j) for i in range(SIZE) for j in range(i, SIZE)]
        return self._sum([(i + j, base[i] if i == j else twice[i], base[j]) for i, j in pairs])

    def scale(self, base: Limbs, by: int, plus: Limbs) -> Limbs:
        """See `Field.scale`."""
        factor = self._double(float(by))
        return self._sum([(k, limb, factor) for k, limb in enumerate(base)], plus)

    def _sum(self, products: list[tuple[int, Any, Any]], plus: Limbs | None = None) -> Limbs:
        """Add up products in columns."""
        b, c, both = self.b, self._double(_C), self._double(_C + _D)
        # What a column holds beside its products: 2^8·p, the offset, and the bits of C and D for each.
        start = [_MULTIPLE * p + (0 if plus else OFFSET) for p in P_LIMBS] + [0] * SIZE
        for column, _, _ in products:
            start[column] -= _bits(_D)
            start[column + 1] -= _bits(_C)
        columns = [self.constant(value) for value in start]
        for place, limb in enumerate(plus or []):
            columns[place] = b.add(columns[place], limb)
        for column, f, g in products:
            high = b.call(self._fma, [f, g, c])
            low = b.call(self._fma, [f, g, b.fsub(both, high)])
            columns[column] = b.add(columns[column], b.bitcast(low, self.vector))
            columns[column + 1] = b.add(columns[column + 1], b.bitcast(high, self.vector))
        return self._carry(columns)
