"""Arithmetic on gmpy2: runs everywhere; an entry is an mpz."""

from collections.abc import Iterator

import gmpy2
import numpy as np
import numpy.typing as npt
from gmpy2 import mpz

from kernel.crypto.modular.arithmetic import Bytes, Indices, Residues
from kernel.crypto.modular.threads import on_all

_WORTH = 16  # fewer powers are not worth a second thread


class Portable:
    """Numbers modulo one odd modulus."""

    def __init__(self, modulus: int) -> None:
        self.modulus = modulus
        self._n = mpz(modulus)

    def load(self, data: Bytes) -> Residues:
        """Reduce numbers of any width."""
        return _entries([value % self._n for value in _read(data)])

    def store(self, values: Residues, width: int) -> Bytes:
        """Write the representatives in [0, modulus)."""
        return _write(values.tolist(), width)

    def combine(self, left: Bytes, right: Bytes) -> Bytes:
        """Multiply stored numbers."""
        pairs = zip(_read(left), _read(right), strict=True)
        return _write([a * b % self._n for a, b in pairs], left.shape[1])

    def add(self, left: Residues, right: Residues) -> Residues:
        """Left + right."""
        return np.asarray((left + right) % self._n)

    def multiply(self, left: Residues, right: Residues) -> Residues:
        """Left · right."""
        return np.asarray(left * right % self._n)

    def power(self, values: Residues, exponent: int) -> Residues:
        """One non-negative exponent for all, on all cores: gmpy2 leaves the interpreter's lock for lists."""
        held = values.tolist()
        if not held:
            return _entries([])
        parts = on_all(lambda rows: gmpy2.powmod_base_list(held[rows], exponent, self._n), len(held), _WORTH)
        return _entries([power for part in parts for power in part])

    def powers(self, values: Residues, exponents: npt.NDArray[np.uint64]) -> Residues:
        """To each its own exponent."""
        pairs = zip(values, exponents.tolist(), strict=True)
        return _entries([gmpy2.powmod(value, exponent, self._n) for value, exponent in pairs])

    def invert(self, values: Residues) -> Residues:
        """Inverses, with a single inversion (Montgomery's trick)."""
        prefix = [mpz(1)]
        for value in values:
            prefix.append(prefix[-1] * value % self._n)
        inverse = gmpy2.invert(prefix[-1], self._n)
        out = _entries(prefix[:-1])
        for index in range(len(values) - 1, -1, -1):
            out[index] = inverse * out[index] % self._n
            inverse = inverse * values[index] % self._n
        return out

    def segments(self, values: Residues, index: Indices, start: Indices, stop: Indices) -> Residues:
        """Products of values[index[t]] over start[s] ≤ t < stop[s], for every s."""
        held, order = values.tolist(), index.tolist()
        out = []
        for first, end in zip(start.tolist(), stop.tolist(), strict=True):
            total = mpz(1)
            for row in order[first:end]:
                total = total * held[row] % self._n
            out.append(total)
        return _entries(out)

    def weighted(self, buckets: Residues) -> Residues:
        """Products over b of buckets[i, b]^(b + 1)."""
        out = []
        for row in buckets:
            running, total = mpz(1), mpz(1)
            for held in reversed(row):
                if held != 1:
                    running = running * held % self._n
                if running != 1:
                    total = total * running % self._n
            out.append(total)
        return _entries(out)


def _read(data: Bytes) -> Iterator[mpz]:
    width, joined = data.shape[1], data.tobytes()
    return (mpz.from_bytes(joined[at : at + width], "big") for at in range(0, len(joined), width))


def _write(values: list[mpz], width: int) -> Bytes:
    data = b"".join(value.to_bytes(width, "big") for value in values)
    return np.frombuffer(data, np.uint8).reshape(len(values), width)


def _entries(values: list[mpz]) -> Residues:
    # Assigned as a list, each mpz would first be asked whether it is an array: fifty times slower.
    return np.fromiter(values, dtype=object, count=len(values))
