"""The port to arithmetic on many numbers under one modulus, and which implementation serves.

All implementations give the same numbers, bit by bit: `portable` works on gmpy2 everywhere, `wide` on eight numbers at
a time where the processor has AVX512-IFMA and numba is installed. Everything else (Paillier, Okamoto-Uchiyama,
blind signatures) is written once, over this port.
"""

import functools
import os
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import structlog

log = structlog.get_logger()

Bytes = npt.NDArray[np.uint8]  # count × width, big-endian
Indices = npt.NDArray[np.int64]
Residues = npt.NDArray[Any]  # count along the first axis; what an entry is, is the implementation's own matter

PATHS = ("portable", "wide")
VARIABLE = "HANSE_MODULAR_PATH"
_FEW = 4  # below so many numbers eight lanes are mostly empty


def to_bytes(values: Sequence[int], width: int | None = None) -> Bytes:
    """Non-negative integers as rows of `width` bytes, by default as many as the largest takes."""
    if width is None:
        width = max(1, -(-max((int(value).bit_length() for value in values), default=1) // 8))
    data = b"".join(int(value).to_bytes(width, "big") for value in values)
    return np.frombuffer(data, np.uint8).reshape(-1, width)


class Arithmetic(Protocol):
    """Numbers modulo one odd modulus. Residues of one entry serve as a factor or summand of all."""

    modulus: int

    def load(self, data: Bytes) -> Residues:
        """Reduce numbers of any width."""

    def store(self, values: Residues, width: int) -> Bytes:
        """Write the representatives in [0, modulus)."""

    def combine(self, left: Bytes, right: Bytes) -> Bytes:
        """Multiply stored numbers in [0, modulus) and store them: one product needs no `load`."""

    def add(self, left: Residues, right: Residues) -> Residues:
        """Left + right."""

    def multiply(self, left: Residues, right: Residues) -> Residues:
        """Left · right."""

    def power(self, values: Residues, exponent: int) -> Residues:
        """One non-negative exponent for all."""

    def powers(self, values: Residues, exponents: npt.NDArray[np.uint64]) -> Residues:
        """To each its own exponent."""

    def invert(self, values: Residues) -> Residues:
        """Inverses.

        Raises
        ------
        ZeroDivisionError
            One of them has none.
        """

    def segments(self, values: Residues, index: Indices, start: Indices, stop: Indices) -> Residues:
        """Products of values[index[t]] over start[s] ≤ t < stop[s], for every s; an empty one is 1."""

    def weighted(self, buckets: Residues) -> Residues:
        """Products over b of buckets[i, b]^(b + 1), for every i."""


def chosen(count: int) -> str:
    """Name the path for a block of `count` numbers; HANSE_MODULAR_PATH forces one.

    Raises
    ------
    RuntimeError
        The forced path does not exist or cannot run here.
    """
    forced = os.environ.get(VARIABLE)
    if not forced:
        return "wide" if count >= _FEW and wide_runs() else "portable"
    if forced not in PATHS:
        raise RuntimeError(f"{VARIABLE} is {forced!r}; it may be {' or '.join(PATHS)}")
    if forced == "wide" and not wide_runs():
        raise RuntimeError(
            f"{VARIABLE} asks for wide arithmetic: it takes numba and AVX512-IFMA; the log says what lacks"
        )
    return forced


@functools.cache
def wide_runs() -> bool:
    """Tell whether this machine can run the wide path; whatever it lacks costs time, never the job."""
    try:
        if not processor_suits():
            return _portable_since("the processor has no AVX512-IFMA")
        from kernel.crypto.modular.wide.trial import passes

        return passes() or _portable_since("its results are wrong")
    except Exception as error:  # noqa: BLE001 - an import, a compiler or a cache may fail in any way
        return _portable_since(f"{type(error).__name__}: {error}")


def processor_suits() -> bool:
    """Tell whether the processor has the instructions; ImportError without llvmlite."""
    from llvmlite.binding import get_host_cpu_features  # only the kernel's extra installs it

    features = get_host_cpu_features()
    return bool(features.get("avx512f") and features.get("avx512ifma"))


def _portable_since(reason: str) -> bool:
    log.warning("without_wide_arithmetic", reason=reason)
    return False


@functools.lru_cache(maxsize=32)
def arithmetic(modulus: int, path: str) -> Arithmetic:
    """Return the arithmetic of a public modulus; secret ones are made by their key with `make`."""
    return make(modulus, path)


def make(modulus: int, path: str) -> Arithmetic:
    """Return an arithmetic that nothing but its holder keeps."""
    if path == "wide":
        from kernel.crypto.modular.wide.arithmetic import Wide  # numba takes half a second to import

        return Wide(modulus)
    from kernel.crypto.modular.portable import Portable

    return Portable(modulus)
