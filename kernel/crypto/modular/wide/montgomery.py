"""Eight Montgomery products, or squares, at once: the routines that are written in the processor's own terms.

Numbers have `size` limbs of 52 bits; limb j of eight numbers lies in one 512-bit register. AVX512-IFMA multiplies 52
bits by 52 and adds the lower or the upper half of the product to 64 bits, so that carries wait until the end: no sum
has more than six times 128 halves, and 6·128·2^52 < 2^64.

A product takes both rows of the multiplication and of the reduction at a time. A square is multiplied out first, each
pair of limbs once, and then reduced: three quarters of the work.

With R = 2^(52·size) > 4·modulus, a factor below R and one below the modulus (or both below twice the modulus) give a
result below twice the modulus; no comparison is ever made (Walter 1999, "Montgomery exponentiation needs no final
subtractions").
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from kernel.crypto.modular.wide.vectors import (
    I32,
    I64,
    MAX_LIMBS,
    ONE,
    ONE64,
    SHIFT,
    TWO64,
    VECTOR,
    ZERO,
    ZERO64,
    Halves,
    Loop,
    load,
    settle,
    splat,
    store,
)

_intrinsic = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", intrinsic)


def _function(module: ir.Module, name: str, n_vectors: int) -> tuple[ir.Function, ir.IRBuilder, list[Any], Any, Any]:
    """Begin a function of `n_vectors` arrays of vectors, the modulus, -modulus⁻¹ and the size."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64] * (n_vectors + 3)), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    b = ir.IRBuilder(function.append_basic_block("entry"))
    arrays = [b.inttoptr(argument, VECTOR.as_pointer()) for argument in function.args[:n_vectors]]
    modulus = b.inttoptr(function.args[n_vectors], I64.as_pointer())
    return function, b, arrays, modulus, splat(b, function.args[n_vectors + 1])


def _array(b: ir.IRBuilder, size: int) -> Any:
    array = b.alloca(VECTOR, size)
    array.align = 64
    return array


def _fill(b: ir.IRBuilder, array: Any, stop: Any) -> None:
    loop = Loop(b, ZERO64, stop)
    store(b, ZERO, array, loop.index)
    loop.end()


def _define_product(module: ir.Module, name: str) -> ir.Function:
    function, b, (out, left, right), modulus, minus_inverse = _function(module, name, 3)
    size, halves = function.args[5], Halves(b)
    low, high = halves.low, halves.high
    sums, last = _array(b, MAX_LIMBS), b.sub(size, ONE64)
    _fill(b, sums, size)
    # f and g are two limbs of the right factor, p and q the multiples of n that clear the two lowest limbs.
    row = Loop(b, ZERO64, size, step=2)
    f, g = load(b, right, row.index), load(b, right, b.add(row.index, ONE64))
    a0, a1 = load(b, left, ZERO64), load(b, left, ONE64)
    n0, n1 = (splat(b, load(b, modulus, at)) for at in (ZERO64, ONE64))
    total = low(load(b, sums, ZERO64), (a0, f))
    p = low(ZERO, (total, minus_inverse))
    carry = b.lshr(low(total, (p, n0)), SHIFT)
    total = b.add(low(load(b, sums, ONE64), (a1, f), (a0, g), (p, n1)), high(carry, (a0, f), (p, n0)))
    q = low(ZERO, (total, minus_inverse))
    carry = b.lshr(low(total, (q, n0)), SHIFT)
    column = Loop(b, TWO64, size, carried=(a0, a1, n0, n1, carry))
    a0, a1, n0, n1, carry = column.carried
    a2, n2 = load(b, left, column.index), splat(b, load(b, modulus, column.index))
    lower = low(load(b, sums, column.index), (a2, f), (a1, g), (p, n2), (q, n1))
    upper = high(carry, (a1, f), (a0, g), (p, n1), (q, n0))
    store(b, b.add(lower, upper), sums, b.sub(column.index, TWO64))
    column.end(a1, a2, n1, n2, ZERO)
    a0, a1, n0, n1, carry = column.carried
    lower = low(carry, (a1, g), (q, n1))
    store(b, high(lower, (a1, f), (a0, g), (p, n1), (q, n0)), sums, b.sub(last, ONE64))
    store(b, high(ZERO, (a1, g), (q, n1)), sums, last)
    row.end()
    settle(b, sums, ZERO64, size, out)
    b.ret_void()
    return function


def _define_square(module: ir.Module, name: str) -> ir.Function:
    function, b, (out, given), modulus, minus_inverse = _function(module, name, 2)
    size, halves = function.args[4], Halves(b)
    sums, base = _array(b, 2 * MAX_LIMBS + 2), _array(b, MAX_LIMBS + 4)
    _fill(b, sums, b.add(b.shl(size, ONE64), TWO64))
    copy = Loop(b, ZERO64, size)
    store(b, load(b, given, copy.index), base, copy.index)
    copy.end()
    for beyond in range(4):  # zeros, so that rows need no ends of their own
        store(b, ZERO, base, _at(b, size, beyond))
    _multiply_out(b, halves, sums, base, size)
    _reduce(b, halves, sums, modulus, minus_inverse, size)
    settle(b, sums, size, size, out)
    b.ret_void()
    return function


def _at(b: ir.IRBuilder, index: Any, offset: int) -> Any:
    return b.add(index, ir.Constant(I64, offset))


def _gain(b: ir.IRBuilder, sums: Any, index: Any, value: Callable[[Any], Any]) -> None:
    store(b, value(load(b, sums, index)), sums, index)


def _multiply_out(b: ir.IRBuilder, halves: Halves, sums: Any, base: Any, size: Any) -> None:
    """Write base² to `sums`, each pair of different limbs once, two rows at a time."""
    low, high = halves.low, halves.high
    row = Loop(b, ZERO64, size, step=2)
    i, middle = row.index, b.shl(row.index, ONE64)
    f, g, a2, a3 = (load(b, base, _at(b, i, offset)) for offset in range(4))
    _gain(b, sums, _at(b, middle, 1), lambda s: low(s, (f, g)))
    _gain(b, sums, _at(b, middle, 2), lambda s: high(low(s, (f, a2)), (f, g)))
    first, second = a2, a3
    _gain(b, sums, _at(b, middle, 3), lambda s: high(low(s, (f, second), (g, first)), (f, first)))
    column = Loop(b, _at(b, i, 4), _at(b, size, 2), carried=(a2, a3))
    a2, a3 = column.carried
    a4, place = load(b, base, column.index), b.add(i, column.index)
    lower, upper = low(load(b, sums, place), (f, a4), (g, a3)), high(ZERO, (f, a3), (g, a2))
    store(b, b.add(lower, upper), sums, place)
    column.end(a3, a4)
    row.end()
    # Twice those, and the squares of the limbs.
    limb = Loop(b, ZERO64, size)
    a, even = load(b, base, limb.index), b.shl(limb.index, ONE64)
    _gain(b, sums, even, lambda s: low(b.shl(s, ONE), (a, a)))
    _gain(b, sums, _at(b, even, 1), lambda s: high(b.shl(s, ONE), (a, a)))
    limb.end()


def _reduce(b: ir.IRBuilder, halves: Halves, sums: Any, modulus: Any, minus_inverse: Any, size: Any) -> None:
    """Add multiples p and q of n that clear the two lowest limbs left, until the upper half is all there is."""
    low, high = halves.low, halves.high
    row = Loop(b, ZERO64, size, step=2)
    i = row.index
    n0, n1 = (splat(b, load(b, modulus, index)) for index in (ZERO64, ONE64))
    total = load(b, sums, i)
    p = low(ZERO, (total, minus_inverse))
    carry = b.lshr(low(total, (p, n0)), SHIFT)
    total = b.add(low(load(b, sums, _at(b, i, 1)), (p, n1)), high(carry, (p, n0)))
    q = low(ZERO, (total, minus_inverse))
    carry = b.lshr(low(total, (q, n0)), SHIFT)
    column = Loop(b, TWO64, size, carried=(n0, n1, carry))
    n0, n1, carry = column.carried
    n2, place = splat(b, load(b, modulus, column.index)), b.add(i, column.index)
    lower, upper = low(load(b, sums, place), (p, n2), (q, n1)), high(carry, (p, n1), (q, n0))
    store(b, b.add(lower, upper), sums, place)
    column.end(n1, n2, ZERO)
    n0, n1, carry = column.carried
    place, top = b.add(i, size), n1
    store(b, b.add(low(load(b, sums, place), (q, n1)), high(carry, (p, n1), (q, n0))), sums, place)
    _gain(b, sums, _at(b, place, 1), lambda s: high(s, (q, top)))
    row.end()


def _call(define: Callable[[ir.Module, str], ir.Function], name: str) -> Callable[..., Any]:
    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        builder.call(builder.module.globals.get(name) or define(builder.module, name), arguments)
        return context.get_dummy_value()

    return generate


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

    `out` may be one of the factors. `minus_inverse` is -modulus⁻¹ mod 2^52. `size` is even.
    """
    return types.void(*[types.uint64] * 6), _call(_define_product, "hanse_product")


@_intrinsic
def square8(
    _typing: Any,
    out: Any,  # noqa: ARG001
    base: Any,  # noqa: ARG001
    modulus: Any,  # noqa: ARG001
    minus_inverse: Any,  # noqa: ARG001
    size: Any,  # noqa: ARG001
) -> Any:
    """Write base²/R of eight numbers to `out`, which may be `base`; as `multiply8`."""
    return types.void(*[types.uint64] * 5), _call(_define_square, "hanse_square")


@_intrinsic
def fetch(_typing: Any, address: Any) -> Any:  # noqa: ARG001
    """Ask for the cache line of an address, ahead of its use."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        signature = ir.FunctionType(ir.VoidType(), [pointer.type, I32, I32, I32])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], signature)
        builder.call(prefetch, [pointer, *(ir.Constant(I32, value) for value in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(types.uint64), generate
