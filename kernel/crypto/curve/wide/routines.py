"""Field operations and the steps of the ladder as functions that numba's code calls; arguments are addresses.

An element in memory is one vector for each limb. What is written may be what is read. The first argument of each is
the `Kind`, which chooses the code.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from kernel.crypto.curve.wide.field import I64, SIZE, Field, Limbs
from kernel.crypto.curve.wide.kinds import field as field_of
from kernel.crypto.modular.wide.vectors import ZERO64, Loop

_J = 486662  # the curve is v² = u³ + J·u² + u
_A24 = (_J + 2) // 4
_N = 6  # where n lies
_WORD_BYTES = 8
_ALIGN = 64
_intrinsic = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", intrinsic)


class _Element:
    """An element in memory."""

    def __init__(self, numbers: Field, address: Any, place: int = 0) -> None:
        self._b = numbers.b
        base = self._b.inttoptr(address, numbers.vector.as_pointer())
        at = range(place * SIZE, (place + 1) * SIZE)
        self._limbs = [self._b.gep(base, [ir.Constant(I64, index)]) for index in at]

    def load(self) -> Limbs:
        values = [self._b.load(limb) for limb in self._limbs]
        for value in values:
            value.align = _WORD_BYTES
        return values

    def store(self, values: Limbs) -> None:
        for value, limb in zip(values, self._limbs, strict=True):
            self._b.store(value, limb).align = _WORD_BYTES


def _write_multiply(numbers: Field, out: Any, left: Any, right: Any) -> None:
    f, g = (numbers.factor(_Element(numbers, address).load()) for address in (left, right))
    _Element(numbers, out).store(numbers.multiply(f, g))


def _write_squares(numbers: Field, out: Any, base: Any, times: Any) -> None:
    loop = Loop(numbers.b, ZERO64, times, carried=tuple(_Element(numbers, base).load()))
    loop.end(*numbers.square(numbers.factor(loop.carried)))
    _Element(numbers, out).store(loop.carried)


def _write_steps(numbers: Field, state: Any, swaps: Any, count: Any) -> None:
    b, elements = numbers.b, [_Element(numbers, state, place) for place in range(5)]
    before = [limb for element in elements[1:] for limb in element.load()]
    loop = Loop(b, ZERO64, count, carried=tuple(before))
    mask = _splat(numbers, b.load(b.gep(b.inttoptr(swaps, I64.as_pointer()), [loop.index])))
    held = [loop.carried[start : start + SIZE] for start in range(0, len(before), SIZE)]
    loop.end(*(limb for element in _step(numbers, mask, elements[0].load(), held) for limb in element))
    for place, element in enumerate(elements[1:]):
        element.store(loop.carried[place * SIZE : (place + 1) * SIZE])


def _step(numbers: Field, mask: Any, x_1: Limbs, held: list[Limbs]) -> tuple[Limbs, ...]:
    """RFC 7748 §5, with its letters; a24 belongs to BB where the RFC's belongs to AA."""
    factor, settle, add, subtract = numbers.factor, numbers.settle, numbers.add, numbers.subtract
    times, square = numbers.multiply, numbers.square
    x_2, z_2, x_3, z_3 = held
    x_2, x_3 = numbers.swap(mask, x_2, x_3)
    z_2, z_3 = numbers.swap(mask, z_2, z_3)
    a, b, c, d = settle(add(x_2, z_2)), settle(subtract(x_2, z_2)), add(x_3, z_3), subtract(x_3, z_3)
    da, cb = times(d, a), times(c, b)
    aa, bb = square(a), square(b)
    e = subtract(aa, bb)
    return (
        times(factor(aa), factor(bb)),
        times(e, factor(numbers.scale(e, _A24, bb))),
        square(settle(add(da, cb))),
        times(factor(x_1), factor(square(settle(subtract(da, cb))))),
    )


def _write_prepare(numbers: Field, held: Any) -> None:
    """Elligator 2, first half: from e, d = 1 + 2e² and m = J²(d - 1) - d², write w = J·d·m and n = J²·m.

    With x1 = -J/d, g(x1)·d⁴ = w, which has a square root exactly when g(x1) has one; and n/w = -x1.
    """
    factor, times, square = numbers.factor, numbers.multiply, numbers.square
    zero, one = (numbers.element(value) for value in (0, 1))
    ee = factor(square(numbers.settle(factor(_Element(numbers, held).load()))))
    d = numbers.scale(ee, 2, one)
    m = numbers.settle(numbers.subtract(times(ee, factor(numbers.element(2 * _J * _J))), square(factor(d))))
    _Element(numbers, held).store(numbers.scale(factor(times(factor(d), m)), _J, zero))
    _Element(numbers, held, _N).store(times(m, factor(numbers.element(_J * _J))))


def _write_finish(numbers: Field, held: Any) -> None:
    """Elligator 2, second half: from w, n and s = w^((p - 3)/2) = χ/w, χ = 1 or -1, write the coordinate.

    It is x1 = -n·s where χ = 1, and else -x1 - J = -n·s - J: in both cases -n·s - (1 - χ)·J/2. w is never zero, since
    the curve has no point of order 2 but (0, 0).
    """
    w, s, n = (numbers.factor(_Element(numbers, held, place).load()) for place in (0, 1, _N))
    chi = numbers.multiply(s, w)
    lacking = numbers.subtract(numbers.element(1), chi)
    u = numbers.scale(lacking, _J // 2, numbers.multiply(n, s))
    zero = numbers.element(0)
    _Element(numbers, held, 1).store(numbers.scale(numbers.subtract(zero, u), 1, zero))


def _align_stack(numbers: Field) -> None:
    """Have LLVM align the stack, else what does not fit the registers lies across cache lines.

    It does so for an array that is to be aligned, unless nobody asks where that lies; empty assembly does.
    """
    array = numbers.b.alloca(numbers.vector)
    array.align = _ALIGN
    numbers.b.asm(ir.FunctionType(ir.VoidType(), [array.type]), "", "r", [array], side_effect=True)


def _splat(numbers: Field, value: Any) -> Any:
    b, undefined = numbers.b, ir.Constant(numbers.vector, ir.Undefined)
    one = b.insert_element(undefined, value, ir.Constant(ir.IntType(32), 0))
    return b.shuffle_vector(
        one, undefined, ir.Constant(ir.VectorType(ir.IntType(32), numbers.vector.count), [0] * numbers.vector.count)
    )


def _call(kind: Any, write: Callable[..., None], n_arguments: int) -> tuple[Any, Callable[..., Any]]:
    """Return a routine's signature, and what makes a call of it: the routine is written once in a module."""
    name = f"hanse{write.__name__}_{kind.instance_class.__name__}"

    def define(module: ir.Module) -> ir.Function:
        routine = ir.Function(module, ir.FunctionType(ir.VoidType(), [I64] * n_arguments), name)
        routine.linkage = "internal"
        routine.attributes.add("noinline")
        b = ir.IRBuilder(routine.append_basic_block("entry"))
        numbers = field_of(kind.instance_class, b)
        _align_stack(numbers)
        write(numbers, *routine.args)
        b.ret_void()
        return routine

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Sequence[Any]) -> Any:
        builder.call(builder.module.globals.get(name) or define(builder.module), arguments[1:])
        return context.get_dummy_value()

    return types.void(kind, *[types.uint64] * n_arguments), generate


@_intrinsic
def multiply(_typing: Any, kind: Any, out: Any, left: Any, right: Any) -> Any:  # noqa: ARG001
    """Write left · right of factors."""
    return _call(kind, _write_multiply, 3)


@_intrinsic
def squares(_typing: Any, kind: Any, out: Any, base: Any, times: Any) -> Any:  # noqa: ARG001
    """Write base^(2^times) of a carried element."""
    return _call(kind, _write_squares, 3)


@_intrinsic
def steps(_typing: Any, kind: Any, state: Any, swaps: Any, count: Any) -> Any:  # noqa: ARG001
    """Go on by some bits of the ladder; x_1, x_2, z_2, x_3, z_3 lie one after the other.

    A word of `swaps` for each bit is all ones or zero.
    """
    return _call(kind, _write_steps, 3)


@_intrinsic
def prepare(_typing: Any, kind: Any, held: Any) -> Any:  # noqa: ARG001
    """Elligator 2 before its power: e at place 0 becomes w, n goes to place 6."""
    return _call(kind, _write_prepare, 1)


@_intrinsic
def finish(_typing: Any, kind: Any, held: Any) -> Any:  # noqa: ARG001
    """Elligator 2 after its power s at place 1, which becomes the coordinate."""
    return _call(kind, _write_finish, 1)
