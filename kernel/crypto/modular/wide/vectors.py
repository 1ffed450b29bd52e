"""Vectors of eight 64-bit numbers in LLVM's terms, and loops over arrays of them."""

from typing import Any

from llvmlite import ir

LANES = 8
LIMB_BITS = 52
MAX_LIMBS = 128

I32, I64 = ir.IntType(32), ir.IntType(64)
VECTOR = ir.VectorType(I64, LANES)
_ALIGN = 8

ZERO64, ONE64, TWO64 = (ir.Constant(I64, value) for value in range(3))
ZERO = ir.Constant(VECTOR, [0] * LANES)
ONE = ir.Constant(VECTOR, [1] * LANES)
SHIFT = ir.Constant(VECTOR, [LIMB_BITS] * LANES)
MASK = ir.Constant(VECTOR, [(1 << LIMB_BITS) - 1] * LANES)


def splat(b: ir.IRBuilder, value: Any) -> Any:
    """Put one number in all lanes."""
    one = b.insert_element(ir.Constant(VECTOR, ir.Undefined), value, ir.Constant(I32, 0))
    return b.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), ir.Constant(ir.VectorType(I32, LANES), [0] * LANES))


def load(b: ir.IRBuilder, base: Any, at: Any) -> Any:
    """Read entry `at` of an array."""
    value = b.load(b.gep(base, [at]))
    value.align = _ALIGN
    return value


def store(b: ir.IRBuilder, value: Any, base: Any, at: Any) -> None:
    """Set entry `at` of an array."""
    b.store(value, b.gep(base, [at])).align = _ALIGN


class Loop:
    """for index in range(start, stop, step), with values carried from one turn to the next."""

    def __init__(self, b: ir.IRBuilder, start: Any, stop: Any, *, step: int = 1, carried: tuple[Any, ...] = ()) -> None:
        self._b, self._step, before = b, step, b.block
        self._test, body, self._done = (b.append_basic_block() for _ in range(3))
        b.branch(self._test)
        b.position_at_end(self._test)
        self.index = b.phi(I64)
        self.index.add_incoming(start, before)
        self.carried = []
        for value in carried:
            phi = b.phi(value.type)
            phi.add_incoming(value, before)
            self.carried.append(phi)
        b.cbranch(b.icmp_unsigned("<", self.index, stop), body, self._done)
        b.position_at_end(body)

    def end(self, *following: Any) -> None:
        """Close the body."""
        b = self._b
        self.index.add_incoming(b.add(self.index, ir.Constant(I64, self._step)), b.block)
        for phi, value in zip(self.carried, following, strict=True):
            phi.add_incoming(value, b.block)
        b.branch(self._test)
        b.position_at_end(self._done)


class Halves:
    """The two instructions: add the lower, or the upper, halves of products of 52 bits to 64-bit sums."""

    def __init__(self, b: ir.IRBuilder) -> None:
        self._b = b
        self._low, self._high = (
            b.module.globals.get(name) or ir.Function(b.module, ir.FunctionType(VECTOR, [VECTOR] * 3), name)
            for name in (f"llvm.x86.avx512.vpmadd52{half}.uq.512" for half in "lh")
        )

    def low(self, total: Any, *products: tuple[Any, Any]) -> Any:
        """Lower halves."""
        return self._chain(self._low, total, products)

    def high(self, total: Any, *products: tuple[Any, Any]) -> Any:
        """Upper halves."""
        return self._chain(self._high, total, products)

    def _chain(self, half: ir.Function, total: Any, products: tuple[tuple[Any, Any], ...]) -> Any:
        for one, other in products:
            total = self._b.call(half, [total, one, other])
        return total


def settle(b: ir.IRBuilder, sums: Any, first: Any, size: Any, out: Any) -> None:
    """Carry: write sums[first …] as `size` limbs."""
    loop = Loop(b, ZERO64, size, carried=(ZERO,))
    total = b.add(load(b, sums, b.add(first, loop.index)), loop.carried[0])
    store(b, b.and_(total, MASK), out, loop.index)
    loop.end(b.lshr(total, SHIFT))
