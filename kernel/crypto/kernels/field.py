"""Products in GF(2^128) = GF(2)[x] / (x^128 + x^7 + x^2 + x + 1), of pairs of words, the lower first.

The processor's carry-less multiplication where it has one, otherwise integer multiplications of every fourth bit
(Pornin, BearSSL, `ghash_ctmul64`). Both take the same time whatever the numbers are.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.extending import intrinsic

from kernel.crypto.kernel_cache import compiler

compiled = compiler(Path(__file__).parent)
_HOLES = tuple(np.uint64(0x1111111111111111 << bit) for bit in range(4))
_H0, _H1, _H2, _H3 = _HOLES
_SWAPS = tuple(
    (np.uint64(1 << level), np.uint64(sum(((1 << (1 << level)) - 1) << at for at in range(0, 64, 2 << level))))
    for level in range(6)
)


_intrinsic = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", intrinsic)


@_intrinsic
def _by_processor(_typing: Any, left: Any, right: Any) -> Any:  # noqa: ARG001
    """Multiply two polynomials of degree below 64."""

    def generate(context: Any, b: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
        pair = ir.VectorType(ir.IntType(64), 2)
        kind, name = ir.FunctionType(pair, [pair, pair, ir.IntType(8)]), "llvm.x86.pclmulqdq"
        function = b.module.globals.get(name) or ir.Function(b.module, kind, name)
        first, empty = ir.Constant(ir.IntType(32), 0), ir.Constant(pair, [0, 0])
        factors = [b.insert_element(empty, argument, first) for argument in arguments]
        product = b.call(function, [*factors, ir.Constant(ir.IntType(8), 0)])
        words = [b.extract_element(product, ir.Constant(ir.IntType(32), place)) for place in range(2)]
        return context.make_tuple(b, signature.return_type, words)

    pair_of_words: Any = types.UniTuple(types.uint64, 2)  # type: ignore[no-untyped-call]
    return pair_of_words(types.uint64, types.uint64), generate


@compiled
def _lower(x: Any, y: Any) -> Any:
    """Lower half of a product: with holes of three bits between bits, carries do not reach the next one."""
    x0, x1, x2, x3 = x & _H0, x & _H1, x & _H2, x & _H3
    y0, y1, y2, y3 = y & _H0, y & _H1, y & _H2, y & _H3
    return (
        ((x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)) & _H0
        | ((x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)) & _H1
        | ((x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)) & _H2
        | ((x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)) & _H3
    )


@compiled
def _reversed(x: Any) -> Any:
    for shift, mask in _SWAPS:
        x = ((x >> shift) & mask) | ((x & mask) << shift)
    return x


@compiled
def by_integers(x: Any, y: Any) -> Any:
    """Multiply two polynomials of degree below 64; as `_by_processor`."""
    x, y = np.uint64(x), np.uint64(y)
    return _lower(x, y), _reversed(_lower(_reversed(x), _reversed(y))) >> np.uint64(1)


_carryless: Callable[..., Any] = _by_processor if get_host_cpu_features().get("pclmul") else by_integers


@compiled
def product(a0: Any, a1: Any, b0: Any, b1: Any) -> Any:
    """a·b."""
    r0, r1 = _carryless(a0, b0)
    r2, r3 = _carryless(a1, b1)
    m0, m1 = _carryless(a0 ^ a1, b0 ^ b1)
    m0, m1 = m0 ^ r0 ^ r2, m1 ^ r1 ^ r3
    r1, r2 = r1 ^ m0, r2 ^ m1
    one, two, seven = np.uint64(1), np.uint64(2), np.uint64(7)
    r1 ^= r3 ^ (r3 << one) ^ (r3 << two) ^ (r3 << seven)
    r2 ^= (r3 >> np.uint64(63)) ^ (r3 >> np.uint64(62)) ^ (r3 >> np.uint64(57))
    r0 ^= r2 ^ (r2 << one) ^ (r2 << two) ^ (r2 << seven)
    r1 ^= (r2 >> np.uint64(63)) ^ (r2 >> np.uint64(62)) ^ (r2 >> np.uint64(57))
    return r0, r1


@compiled
def add_multiples(out: Any, values: Any, factor: Any) -> None:
    """out[i] += values[i]·factor."""
    for row in range(out.shape[0]):
        low, high = product(values[row, 0], values[row, 1], factor[0], factor[1])
        out[row, 0] ^= low
        out[row, 1] ^= high


def tried() -> bool:
    """Tell whether one product is what integers say (x^127·x^127 and its like reduce twice)."""
    a, b = (1 << 128) - 3, 0x123456789ABCDEF0FEDCBA9876543210 | 1 << 127
    whole = 0
    for place in range(128):
        whole ^= (a << place) * (b >> place & 1)
    for place in range(254, 127, -1):
        whole ^= (0x87 | 1 << 128) << (place - 128) if whole >> place & 1 else 0
    split = [(np.uint64(value & (1 << 64) - 1), np.uint64(value >> 64)) for value in (a, b)]
    low, high = product(*split[0], *split[1])
    return int(low) | int(high) << 64 == whole
