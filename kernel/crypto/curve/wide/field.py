"""Numbers modulo p = 2^255 - 19 in the lanes of vectors: what both ways to multiply share.

An element is five limbs of 51 bits, lowest first; limb k of several elements lies side by side in one vector. A limb is
held as an integer in [0, 2^51 + 2^14), of which `offset` is to be taken off for its value. Before it is multiplied an
element becomes a factor, and so do sums and differences of two elements; those are wide, and two wide ones do not meet
in a product unless one of them was settled. Nothing is compared and nothing branches, whatever the numbers are.
"""

from abc import ABC, abstractmethod
from typing import Any

from llvmlite import ir

I64 = ir.IntType(64)
LIMB_BITS = 51
SIZE = 5
SURPLUS = 19  # 2^255 = 19 modulo p
P_LIMBS = ((1 << LIMB_BITS) - SURPLUS, *[(1 << LIMB_BITS) - 1] * (SIZE - 1))
Limbs = list[Any]


class Field(ABC):
    """The code of arithmetic at one place of a function that is being built."""

    offset = 0

    def __init__(self, b: ir.IRBuilder, lanes: int) -> None:
        self.b, self.vector = b, ir.VectorType(I64, lanes)

    def constant(self, value: int) -> Any:
        """Put one number, modulo 2^64, in all lanes."""
        return ir.Constant(self.vector, [value % (1 << 64)] * self.vector.count)

    def element(self, value: int) -> Limbs:
        """Put one number of a limb into all lanes."""
        return [self.constant(limb + self.offset) for limb in (value, *[0] * (SIZE - 1))]

    def swap(self, mask: Any, left: Limbs, right: Limbs) -> tuple[Limbs, Limbs]:
        """Exchange elements where the mask is all ones, leave them where it is zero."""
        crossed = [self.b.and_(mask, self.b.xor(x, y)) for x, y in zip(left, right, strict=True)]
        return (
            [self.b.xor(x, c) for x, c in zip(left, crossed, strict=True)],
            [self.b.xor(y, c) for y, c in zip(right, crossed, strict=True)],
        )

    @abstractmethod
    def factor(self, element: Limbs) -> Limbs:
        """Make a factor of an element; it is as good as settled."""

    @abstractmethod
    def add(self, left: Limbs, right: Limbs) -> Limbs:
        """Left + right of elements; a wide factor."""

    @abstractmethod
    def subtract(self, left: Limbs, right: Limbs) -> Limbs:
        """Left - right of elements; a wide factor."""

    @abstractmethod
    def settle(self, factor: Limbs) -> Limbs:
        """Narrow a wide factor."""

    @abstractmethod
    def multiply(self, left: Limbs, right: Limbs) -> Limbs:
        """Left · right of factors, at most one of them wide; an element."""

    @abstractmethod
    def square(self, base: Limbs) -> Limbs:
        """base² of a settled factor; an element."""

    @abstractmethod
    def scale(self, base: Limbs, by: int, plus: Limbs) -> Limbs:
        """base·by + plus of a factor, a number below 2^20 and an element; an element."""

    def _carry(self, columns: Limbs) -> Limbs:
        """Take columns from 2^255 on 19 times at the bottom; then each passes its surplus on once, at the same time."""
        b = self.b
        folded = [b.add(columns[k], self._times_19(columns[k + SIZE])) for k in range(SIZE)]
        return self._pass_on(folded)

    def _pass_on(self, limbs: Limbs) -> Limbs:
        b, bits, mask = self.b, self.constant(LIMB_BITS), self.constant((1 << LIMB_BITS) - 1)
        kept = [b.and_(limb, mask) for limb in limbs]
        passed = [b.lshr(limb, bits) for limb in limbs]
        passed = [self._times_19(passed[-1]), *passed[:-1]]
        return [b.add(x, y) for x, y in zip(kept, passed, strict=True)]

    def _times_19(self, value: Any) -> Any:
        """Value · 19, modulo 2^64."""
        b = self.b
        twice, sixteenfold = b.shl(value, self.constant(1)), b.shl(value, self.constant(4))
        return b.add(b.add(value, twice), sixteenfold)
