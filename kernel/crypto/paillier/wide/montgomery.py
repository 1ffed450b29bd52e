"""Eight Montgomery multiplications at once: the one routine that is written in the processor's own terms.

Numbers have `size` limbs of 52 bits; limb j of eight numbers lies in one 512-bit register. AVX512-IFMA multiplies 52
bits by 52 and adds the lower or the upper half of the product to 64 bits, so that carries wait until the end: each of
the at most 128 rows adds four halves, and 4·128·2^52 < 2^64.

With R = 2^(52·size) > 4·modulus, a factor below R and one below the modulus (or both below twice the modulus) give a
result below twice the modulus; no comparison is ever made (Walter 1999, "Montgomery exponentiation needs no final
subtractions").
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 8
LIMB_BITS = 52
MAX_LIMBS = 128

_I32, _I64 = ir.IntType(32), ir.IntType(64)
_VECTOR = ir.VectorType(_I64, LANES)
_NAME = "hanse_montgomery"
_ALIGN = 8
_intrinsic = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", intrinsic)


def _splat(b: ir.IRBuilder, value: Any) -> Any:
    one = b.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(_I32, 0))
    return b.shuffle_vector(
        one, ir.Constant(_VECTOR, ir.Undefined), ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES)
    )


def _load(b: ir.IRBuilder, base: Any, at: Any) -> Any:
    value = b.load(b.gep(base, [at]))
    value.align = _ALIGN
    return value


def _store(b: ir.IRBuilder, value: Any, base: Any, at: Any) -> None:
    b.store(value, b.gep(base, [at])).align = _ALIGN


class _Loop:
    """for index in range(start, stop, step), with values carried from one turn to the next."""

    def __init__(self, b: ir.IRBuilder, start: Any, stop: Any, *, step: int = 1, carried: tuple[Any, ...] = ()) -> None:
        self._b, self._step, before = b, step, b.block
        self._test, body, self._done = (b.append_basic_block() for _ in range(3))
        b.branch(self._test)
        b.position_at_end(self._test)
        self.index = b.phi(_I64)
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
        self.index.add_incoming(b.add(self.index, ir.Constant(_I64, self._step)), b.block)
        for phi, value in zip(self.carried, following, strict=True):
            phi.add_incoming(value, b.block)
        b.branch(self._test)
        b.position_at_end(self._done)


def _define(module: ir.Module) -> ir.Function:
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_I64] * 6), _NAME)
    function.linkage = "internal"
    function.attributes.add("noinline")
    low, high = (
        ir.Function(module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.x86.avx512.vpmadd52{half}.uq.512")
        for half in "lh"
    )
    b = ir.IRBuilder(function.append_basic_block("entry"))
    out, left, right = (b.inttoptr(argument, _VECTOR.as_pointer()) for argument in function.args[:3])
    modulus = b.inttoptr(function.args[3], _I64.as_pointer())
    minus_inverse, size = _splat(b, function.args[4]), function.args[5]
    zero64, one = ir.Constant(_I64, 0), ir.Constant(_I64, 1)
    zero, shift = ir.Constant(_VECTOR, [0] * LANES), ir.Constant(_VECTOR, [LIMB_BITS] * LANES)
    mask = ir.Constant(_VECTOR, [(1 << LIMB_BITS) - 1] * LANES)
    sums = b.alloca(_VECTOR, MAX_LIMBS)
    sums.align = 64
    last = b.sub(size, one)

    def add(total: Any, half: ir.Function, *products: tuple[Any, Any]) -> Any:
        for one_factor, other in products:
            total = b.call(half, [total, one_factor, other])
        return total

    clear = _Loop(b, zero64, size)
    _store(b, zero, sums, clear.index)
    clear.end()

    # Two rows of the product at a time: f and g are their factors, p and q the multiples of n that clear two limbs.
    row = _Loop(b, zero64, size, step=2)
    f, g = _load(b, right, row.index), _load(b, right, b.add(row.index, one))
    a0, a1 = _load(b, left, zero64), _load(b, left, one)
    n0, n1 = (_splat(b, _load(b, modulus, at)) for at in (zero64, one))
    total = add(_load(b, sums, zero64), low, (a0, f))
    p = add(zero, low, (total, minus_inverse))
    carry = b.lshr(add(total, low, (p, n0)), shift)
    total = add(_load(b, sums, one), low, (a1, f), (a0, g), (p, n1))
    total = b.add(total, add(carry, high, (a0, f), (p, n0)))
    q = add(zero, low, (total, minus_inverse))
    carry = b.lshr(add(total, low, (q, n0)), shift)
    column = _Loop(b, ir.Constant(_I64, 2), size, carried=(a0, a1, n0, n1, carry))
    a0, a1, n0, n1, carry = column.carried
    a2, n2 = _load(b, left, column.index), _splat(b, _load(b, modulus, column.index))
    lower = add(_load(b, sums, column.index), low, (a2, f), (a1, g), (p, n2), (q, n1))
    upper = add(carry, high, (a1, f), (a0, g), (p, n1), (q, n0))
    _store(b, b.add(lower, upper), sums, b.sub(column.index, ir.Constant(_I64, 2)))
    column.end(a1, a2, n1, n2, zero)
    a0, a1, n0, n1, carry = column.carried
    lower = add(carry, low, (a1, g), (q, n1))
    _store(b, add(lower, high, (a1, f), (a0, g), (p, n1), (q, n0)), sums, b.sub(last, one))
    _store(b, add(zero, high, (a1, g), (q, n1)), sums, last)
    row.end()

    settle = _Loop(b, zero64, size, carried=(zero,))
    total = b.add(_load(b, sums, settle.index), settle.carried[0])
    _store(b, b.and_(total, mask), out, settle.index)
    settle.end(b.lshr(total, shift))
    b.ret_void()
    return function


@_intrinsic
def multiply8(
    _typing: Any,
    out: Any,  # noqa: ARG001
    left: Any,  # noqa: ARG001
    right: Any,  # noqa: ARG001
    modulus: Any,  # noqa: ARG001
    minus_inverse: Any,  # noqa: ARG001
    size: Any,  # noqa: ARG001
) -> Any:
    """Write left·right/R of eight pairs to `out`; all are addresses but the last two.

    `out` may be one of the factors. `minus_inverse` is -modulus⁻¹ mod 2^52.
    """

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        function = builder.module.globals.get(_NAME) or _define(builder.module)
        builder.call(function, arguments)
        return context.get_dummy_value()

    return types.void(*[types.uint64] * 6), generate


@_intrinsic
def fetch(_typing: Any, address: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line of an address, ahead of its use."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        signature = ir.FunctionType(ir.VoidType(), [pointer.type, _I32, _I32, _I32])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], signature)
        builder.call(prefetch, [pointer, *(ir.Constant(_I32, value) for value in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(types.uint64), generate
