"""Encryption that adds: Hanse's two arithmetics against phe, and against gmpy2 written as the textbook says.

One core, processor time. What costs a number is measured on blocks; the peers do fewer numbers where they are slow.
"""

import functools
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import gmpy2
import numpy as np
from gmpy2 import mpz
from phe import paillier as phe

from benchmarks.measure import Row, compare_all, processor_seconds
from kernel.crypto import paillier
from kernel.crypto.paillier import Block, PrivateKey, arithmetic, encrypt
from kernel.crypto.prg import Stream

_BLOCK = 256
_ROWS, _COLUMNS, _BINS = 10_000, 20, 32
_FACTOR_BITS = 53
_THREADS = "HANSE_PAILLIER_THREADS"
_HEU_PYTHON = "HANSE_HEU_PYTHON"  # an interpreter that has sf-heu; without it that peer is left out
_ROUNDS = 3
_SAMPLE = 4  # of what takes a peer milliseconds
_CELLS = 200  # of a matrix that would take a peer a minute


def measure() -> list[Row]:
    """Measure every operation at both key lengths, on each arithmetic that runs here."""
    rows = []
    for bits in paillier.KEY_BITS:
        key = paillier.generate(bits, Stream(os.urandom(32), "benchmark"))
        peers: list[_Phe | _Naive | _Heu] = [_Phe(key), _Naive(key)]
        if os.environ.get(_HEU_PYTHON):
            peers.append(_Heu(os.environ[_HEU_PYTHON], bits))
        for path in arithmetic.PATHS:
            if path == "wide" and not arithmetic.wide_runs():
                continue
            with _on(path):
                rows += _rows(f"{bits}, {path}", _Ours(key), peers)
        for peer in peers:
            peer.close()
    return rows


@contextmanager
def _on(path: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (arithmetic.VARIABLE, _THREADS)}
    os.environ.update({arithmetic.VARIABLE: path, _THREADS: "1"})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


Action = tuple[int, Callable[[], object]]  # how many numbers, and what does them


def _rows(where: str, ours: "_Ours", peers: Sequence["_Phe | _Naive | _Heu"]) -> list[Row]:
    found = []
    for name, mine in ours.actions().items():
        asked = name.removesuffix(", another's key")
        found += compare_all(
            f"{name}, {where}",
            functools.partial(_micros, mine),
            {peer.name: functools.partial(peer.figure, asked) for peer in peers},
            unit="µs",
            better="lower",
            rounds=_ROUNDS,
        )
    return found


def _micros(action: Action) -> float:
    count, work = action
    return processor_seconds(work) / count * 1e6


class _Ours:
    def __init__(self, key: PrivateKey) -> None:
        rng = np.random.default_rng(1)
        self._key, self._stream = key, Stream(os.urandom(32), "exponents")
        self._values = rng.integers(0, 1 << 50, _BLOCK)
        self._factors = rng.integers(0, 1 << _FACTOR_BITS, _BLOCK)
        self._block = key.encrypt(self._values, self._stream)
        self._rows: Block = self._block[np.arange(_ROWS) % _BLOCK]
        self._matrix = rng.integers(-(1 << 30), 1 << 30, (_ROWS, _COLUMNS))
        self._bins = rng.integers(0, _BINS, (_ROWS, _COLUMNS))
        encrypt(key.public, self._values, self._stream)  # tables and compilation are made once a job

    def actions(self) -> dict[str, Action]:
        key, block = self._key, self._block
        return {
            "encrypt": (_BLOCK, lambda: key.encrypt(self._values, self._stream)),
            "encrypt, another's key": (_BLOCK, lambda: encrypt(key.public, self._values, self._stream)),
            "decrypt": (_BLOCK, lambda: key.decrypt(block)),
            "add": (_BLOCK, lambda: paillier.add(block, block)),
            "multiply by 53 bits": (_BLOCK, lambda: paillier.multiply(block, self._factors)),
            "X'·[[d]], 30 bits, per entry of X": (
                self._matrix.size,
                lambda: paillier.product(self._matrix, self._rows),
            ),
            "histogram, per row and feature": (
                self._bins.size,
                lambda: paillier.sums(self._rows, self._bins, _BINS),
            ),
        }


class _Peer:
    def actions(self) -> dict[str, Action]:
        raise NotImplementedError

    def figure(self, name: str) -> float:
        return _micros(self.actions()[name])

    def close(self) -> None:
        """Nothing is open."""


class _Heu:
    """sf-heu's ZPaillier in a process of another environment: it wants other versions than ours."""

    name = "sf-heu ZPaillier"

    def __init__(self, python: str, bits: int) -> None:
        script = str(Path(__file__).with_name("heu_peer.py"))
        core = {min(os.sched_getaffinity(0))}  # one, as ours
        self._process = subprocess.Popen(
            [python, script, str(bits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, core),  # noqa: PLW1509 - no thread of ours runs yet
        )
        while self._line() != "ready":  # it logs there too
            pass

    def _line(self) -> str:
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("sf-heu's process has ended")
        return line.strip()

    def figure(self, name: str) -> float:
        if self._process.stdin is None:
            raise RuntimeError("sf-heu's process has no input")
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


class _Phe(_Peer):
    name = "phe"

    def __init__(self, key: PrivateKey) -> None:
        self._public, self._private = phe.generate_paillier_keypair(n_length=key.public.bits)
        self._one, self._other = self._public.encrypt(12345), self._public.encrypt(67890)

    def actions(self) -> dict[str, Action]:
        one, other, factor = self._one, self._other, (1 << _FACTOR_BITS) - 54321
        raw = one.ciphertext()

        def cells() -> None:
            total = other
            for index in range(_CELLS):
                total = total + one * ((1 << 30) - index)

        def bins() -> None:
            total = other
            for _ in range(_BLOCK):
                total = total + one

        return {
            "encrypt": (_SAMPLE, lambda: [self._public.raw_encrypt(index) for index in range(_SAMPLE)]),
            "decrypt": (_SAMPLE, lambda: [self._private.raw_decrypt(raw) for _ in range(_SAMPLE)]),
            "add": (_BLOCK, lambda: [one + other for _ in range(_BLOCK)]),
            "multiply by 53 bits": (_CELLS, lambda: [one * (factor - index) for index in range(_CELLS)]),
            "X'·[[d]], 30 bits, per entry of X": (_CELLS, cells),
            "histogram, per row and feature": (_BLOCK, bins),
        }


class _Naive(_Peer):
    """c = (1 + n·m)·r^n mod n², m = L(c^λ)·µ mod n, cell by cell."""

    name = "gmpy2, naive"

    def __init__(self, key: PrivateKey) -> None:
        self._n, self._n2 = key.public.n, key.public.n2
        self._random = gmpy2.random_state(int.from_bytes(os.urandom(8), "big"))
        self._exponent = self._n - 1  # as long as λ
        self._one, self._other = self._encrypt(12345), self._encrypt(67890)

    def _encrypt(self, value: int) -> mpz:
        blinding = gmpy2.powmod(gmpy2.mpz_random(self._random, self._n), self._n, self._n2)
        return (1 + self._n * value) * blinding % self._n2

    def _decrypt(self, ciphertext: mpz) -> mpz:
        return (gmpy2.powmod(ciphertext, self._exponent, self._n2) - 1) // self._n * self._exponent % self._n

    def actions(self) -> dict[str, Action]:
        one, other, n2, factor = self._one, self._other, self._n2, (1 << _FACTOR_BITS) - 54321

        def cells() -> None:
            total = other
            for index in range(_CELLS):
                total = total * gmpy2.powmod(one, (1 << 30) - index, n2) % n2

        def bins() -> None:
            total = other
            for _ in range(_BLOCK):
                total = total * one % n2

        return {
            "encrypt": (_SAMPLE, lambda: [self._encrypt(index) for index in range(_SAMPLE)]),
            "decrypt": (_SAMPLE, lambda: [self._decrypt(one) for _ in range(_SAMPLE)]),
            "add": (_BLOCK, lambda: [one * other % n2 for _ in range(_BLOCK)]),
            "multiply by 53 bits": (_CELLS, lambda: [gmpy2.powmod(one, factor - i, n2) for i in range(_CELLS)]),
            "X'·[[d]], 30 bits, per entry of X": (_CELLS, cells),
            "histogram, per row and feature": (_BLOCK, bins),
        }
