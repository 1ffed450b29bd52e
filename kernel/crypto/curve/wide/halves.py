"""Multiplication by AVX512-IFMA: products of 52 bits by 52, whose lower or upper 52 bits are added to 64-bit sums.

An upper half stands 52 bits higher, which is one limb and one bit: it counts twice in the next column. Factors must be
below 2^52, so sums and differences pass their surplus on at once, and none is wide: they, too, are below 2^51 + 2^14.
Upper halves are below 2^51 then, no column exceeds 5·2^52 + 2·5·2^51 < 2^56, and with 19 times another it is below
2^60: less than 2^9 is passed on, and 19·2^9 < 2^14 from the top to the bottom.
"""

from typing import Any, Protocol

from llvmlite import ir

from kernel.crypto.curve.wide.field import P_LIMBS, SIZE, Field, Limbs


class Multiplier(Protocol):
    """Add lower, or upper, halves of products of 52 bits to 64-bit sums."""

    def low(self, total: Any, *products: tuple[Any, Any]) -> Any:
        """Lower halves."""

    def high(self, total: Any, *products: tuple[Any, Any]) -> Any:
        """Upper halves."""


class Halves(Field):
    """See the module's text."""

    def __init__(self, b: ir.IRBuilder, lanes: int, multiplier: Multiplier) -> None:
        super().__init__(b, lanes)
        self._low, self._high, self._zero = multiplier.low, multiplier.high, self.constant(0)

    def factor(self, element: Limbs) -> Limbs:
        """See `Field.factor`."""
        return element

    def settle(self, factor: Limbs) -> Limbs:
        """See `Field.settle`."""
        return factor

    def add(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.add`."""
        return self._pass_on([self.b.add(x, y) for x, y in zip(left, right, strict=True)])

    def subtract(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.subtract`: 2p more, so that no limb is negative."""
        raised = [self.b.add(x, self.constant(2 * p)) for x, p in zip(left, P_LIMBS, strict=True)]
        return self._pass_on([self.b.sub(x, y) for x, y in zip(raised, right, strict=True)])

    def multiply(self, left: Limbs, right: Limbs) -> Limbs:
        """See `Field.multiply`."""
        pairs: list[list[tuple[Any, Any]]] = [[] for _ in range(2 * SIZE - 1)]
        for i, f in enumerate(left):
            for j, g in enumerate(right):
                pairs[i + j].append((f, g))
        lower = [self._low(self._zero, *products) for products in pairs]
        upper = [self._high(self._zero, *products) for products in pairs]
        return self._join(lower, upper)

    def square(self, base: Limbs) -> Limbs:
        """See `Field.square`: each pair of different limbs once."""
        lower, upper = [], []
        for column in range(2 * SIZE - 1):
            pairs = [(base[i], base[column - i]) for i in range(SIZE) if i < column - i < SIZE]
            low, high = (self._twice(half(self._zero, *pairs)) for half in (self._low, self._high))
            if column % 2 == 0:
                middle = base[column // 2]
                low, high = self._low(low, (middle, middle)), self._high(high, (middle, middle))
            lower.append(low)
            upper.append(high)
        return self._join(lower, upper)

    def scale(self, base: Limbs, by: int, plus: Limbs) -> Limbs:
        """See `Field.scale`."""
        factor = self.constant(by)
        lower = [self._low(y, (x, factor)) for x, y in zip(base, plus, strict=True)]
        return self._join(lower, [self._high(self._zero, (x, factor)) for x in base])

    def _join(self, lower: Limbs, upper: Limbs) -> Limbs:
        columns = [*lower, *[self._zero] * (2 * SIZE - len(lower))]
        for column, high in enumerate(upper):
            columns[column + 1] = self.b.add(columns[column + 1], self._twice(high))
        return self._carry(columns)

    def _twice(self, value: Any) -> Any:
        return self.b.shl(value, self.constant(1))
