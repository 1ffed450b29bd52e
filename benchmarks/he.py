"""Encryption that adds: Hanse's two arithmetics against phe, and against gmpy2 written as the textbook says.

One core, processor time. What costs a number is measured on blocks; the peers do fewer numbers where they are slow.
"""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from benchmarks.he_peers import FACTOR_BITS, Action, Heu, Peer, micros, with_naive_gmpy2, with_phe
from benchmarks.measure import Row, compare_all
from kernel.crypto import paillier
from kernel.crypto.paillier import Block, PrivateKey, arithmetic, encrypt
from kernel.crypto.prg import Stream

_BLOCK = 256
_ROWS, _COLUMNS, _BINS = 10_000, 20, 32
_THREADS = "HANSE_PAILLIER_THREADS"
_HEU_PYTHON = "HANSE_HEU_PYTHON"  # an interpreter that has sf-heu; without it that peer is left out
_ROUNDS = 3


def measure() -> list[Row]:
    """Measure every operation at both key lengths, on each arithmetic that runs here."""
    rows = []
    for bits in paillier.KEY_BITS:
        key = paillier.generate(bits, Stream(os.urandom(32), "benchmark"))
        peers = [with_phe(key), with_naive_gmpy2(key)]
        if os.environ.get(_HEU_PYTHON):
            peers.append(Heu(os.environ[_HEU_PYTHON], bits))
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


def _rows(where: str, ours: "_Ours", peers: Sequence[Peer]) -> list[Row]:
    found = []
    for name, mine in ours.actions().items():
        asked = name.removesuffix(", another's key")
        found += compare_all(
            f"{name}, {where}",
            functools.partial(micros, mine),
            {peer.name: functools.partial(peer.figure, asked) for peer in peers},
            unit="µs",
            better="lower",
            rounds=_ROUNDS,
        )
    return found


class _Ours:
    def __init__(self, key: PrivateKey) -> None:
        rng = np.random.default_rng(1)
        self._key, self._stream = key, Stream(os.urandom(32), "exponents")
        self._values = rng.integers(0, 1 << 50, _BLOCK)
        self._factors = rng.integers(0, 1 << FACTOR_BITS, _BLOCK)
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
