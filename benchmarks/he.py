"""Encryption that adds: Hanse's two arithmetics against phe, gmpy2 written as the textbook says, and sf-heu.

One core, processor time. What costs a number is measured on blocks; the peers do fewer numbers where they are slow.
"""

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from benchmarks.he_peers import FACTOR_BITS, Action, Heu, Peer, micros, with_naive_gmpy2, with_phe
from benchmarks.measure import Row, compare_all
from kernel.crypto import ou, paillier
from kernel.crypto.modular import arithmetic
from kernel.crypto.ou.scheme import OkamotoUchiyama, OwnOkamotoUchiyama
from kernel.crypto.paillier import Block
from kernel.crypto.paillier.scheme import OwnerScheme, OwnPaillier, Paillier, Scheme
from kernel.crypto.prg import Stream

_BLOCK = 256
_ROWS, _COLUMNS, _BINS = 10_000, 20, 32
_THREADS = "HANSE_MODULAR_THREADS"
_HEU_PYTHON = "HANSE_HEU_PYTHON"  # an interpreter that has sf-heu; without it that peer is left out
_ROUNDS = 3


def measure() -> list[Row]:
    """Measure every operation at both key lengths, on each arithmetic that runs here."""
    rows = []
    stream, heu = Stream(os.urandom(32), "benchmark"), os.environ.get(_HEU_PYTHON)
    for bits in paillier.KEY_BITS:
        key = paillier.generate(bits, stream)
        peers = [with_phe(key), with_naive_gmpy2(key)]
        peers += [Heu(heu, "ZPaillier", bits)] if heu else []
        rows += _both_paths(str(bits), OwnPaillier(key, stream), Paillier(key.public, stream), peers)
        if heu:
            small = ou.generate(bits, stream)
            mine = OwnOkamotoUchiyama(small, stream), OkamotoUchiyama(small.public, stream)
            rows += _both_paths(f"Okamoto-Uchiyama {bits}", *mine, [Heu(heu, "OU", bits)])
    return rows


def _both_paths(what: str, own: OwnerScheme, foreign: Scheme, peers: Sequence[Peer]) -> list[Row]:
    rows = []
    for path in arithmetic.PATHS:
        if path == "portable" or arithmetic.wide_runs():
            with _on(path):
                rows += _rows(f"{what}, {path}", _Ours(own, foreign), peers)
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
    def __init__(self, own: OwnerScheme, foreign: Scheme) -> None:
        rng = np.random.default_rng(1)
        self._own, self._foreign = own, foreign
        self._values = rng.integers(0, 1 << 50, _BLOCK)
        self._factors = rng.integers(0, 1 << FACTOR_BITS, _BLOCK)
        self._block = own.encrypt(self._values)
        self._rows: Block = self._block[np.arange(_ROWS) % _BLOCK]
        self._matrix = rng.integers(-(1 << 30), 1 << 30, (_ROWS, _COLUMNS))
        self._bins = rng.integers(0, _BINS, (_ROWS, _COLUMNS))
        foreign.encrypt(self._values)  # tables and compilation are made once a job

    def actions(self) -> dict[str, Action]:
        own, block = self._own, self._block
        return {
            "encrypt": (_BLOCK, lambda: own.encrypt(self._values)),
            "encrypt, another's key": (_BLOCK, lambda: self._foreign.encrypt(self._values)),
            "decrypt": (_BLOCK, lambda: own.decrypt(block)),
            "add": (_BLOCK, lambda: own.add(block, block)),
            "multiply by 53 bits": (_BLOCK, lambda: own.multiply(block, self._factors)),
            "X'·[[d]], 30 bits, per entry of X": (
                self._matrix.size,
                lambda: own.product(self._matrix, self._rows),
            ),
            "histogram, per row and feature": (
                self._bins.size,
                lambda: own.sums(self._rows, self._bins, _BINS),
            ),
        }
