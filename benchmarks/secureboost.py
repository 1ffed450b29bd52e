"""Boosted trees over two parties' columns: what privacy costs, and what everything but the cipher costs.

Both parties run in this process and talk through memory; figures are processor time of both together for each tree
after the first, which also makes tables and compiles. Trees without a cipher are grown on one core, with and without a
partner: the interpreter's lock, which only parties of one process share, is not fought for there. Peers: pyfate's
SecureBoost in its standalone mode, its workers counted; XGBoost on the pooled columns; the same blocks on the pooled
columns in the clear, which is the promoter training alone; for bytes, SecureBoost as published, calculated: two
ciphertexts a row, and two a node, column and bin.
"""

import contextlib
import dataclasses
import functools
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np

from benchmarks import fate_peer
from benchmarks.clear import Clear, ClearKey
from benchmarks.measure import Row, compare_all, one_core, peak_memory
from benchmarks.two_parties import PATIENCE_S, Clock, Floats, Integers, data, inputs
from benchmarks.xgboost_peer import XGBoost
from kernel.components.vert_secureboost import COMPONENT
from kernel.core import Component, MessageKey
from kernel.data.local import LocalEngine
from kernel.protocol.trees.schemes import Schemes
from kernel.testing.channel import Hub
from kernel.testing.parties import run_parties

SIZES = (
    (2_000, 10, 10),
    (10_000, 10, 10),
    (10_000, 10, 40),
    (100_000, 10, 10),
)  # rows, columns of the promoter and of the provider
FULL = ((1_000_000, 10, 10),)
DEPTH, BINS, KEY_BITS = 4, 32, 2048
CIPHERS = ("paillier", "okamoto_uchiyama")
_ROUNDS = 3
_SMALL, _TURNS = 10_000, 3  # rows up to which a tree without a cipher is so short that more of them are measured
_FATE_ROWS, _FATE_TREES = 2_000, 2


@contextlib.contextmanager
def _clear(key: ClearKey, secret: bytes, capacity: int) -> Iterator[Any]:
    del secret, capacity
    yield Clear(key)


def clear(key: ClearKey) -> Schemes:
    """Put numbers in the clear in a cipher's place."""
    return Schemes(
        _clear,
        lambda public, _: cast("Any", Clear(cast("Any", public))),
        lambda bits, stream: key,  # noqa: ARG005
        lambda data, bits: cast("Any", ClearKey.loads(data)),  # noqa: ARG005
        dear=False,
    )


CLEAR = clear(ClearKey())
CLEAR_BY_NAME = {
    "no encryption": CLEAR,
    "no encryption, as many bytes": clear(ClearKey(KEY_BITS // 4, KEY_BITS - 2)),  # as Paillier's ciphertexts have
}


@dataclasses.dataclass(frozen=True)
class Figures:
    """Of each tree after the first: milliseconds of processor time, and bytes sent by both parties."""

    ms: list[float]
    bytes: list[float]


def measure(*, full: bool = False) -> list[Row]:
    """Measure every size; with `full` also a million rows, by the faster cipher, one tree after the first."""
    rows = []
    for size in SIZES:
        rows += measure_one(*size)
    for size in FULL if full else ():
        rows += measure_one(*size, ciphers=CIPHERS[1:], rounds=1)
        rows.append(peak_memory(f"trees, {_where(*size)}"))
    return rows


def _where(n_rows: int, n_own: int, n_theirs: int) -> str:
    return f"{n_rows:,} rows × {n_own} + {n_theirs} columns"


def measure_one(
    n_rows: int,
    n_own: int,
    n_theirs: int,
    *,
    component: Component = COMPONENT,
    clear: Mapping[str, Schemes] | None = None,
    ciphers: Sequence[str] = CIPHERS,
    rounds: int = _ROUNDS,
) -> list[Row]:
    """Measure one size; `component` and `clear` have shorter keys in tests.

    Parameters
    ----------
    ciphers
        The first one is compared with what is not ours, the others with it.
    """
    features, label = data(n_rows, n_own + n_theirs)
    where = _where(n_rows, n_own, n_theirs)
    own, theirs = features[:, :n_own], features[:, n_own:]
    ours, *others = (train(component, own, theirs, label, cipher=name, rounds=rounds) for name in ciphers)
    pooled, open_ = list[float](), {name: list[float]() for name in (CLEAR_BY_NAME if clear is None else clear)}
    with one_core():
        for _ in range(_TURNS if n_rows <= _SMALL else 1):
            for name, schemes in (CLEAR_BY_NAME if clear is None else clear).items():
                open_[name] += train(with_schemes(component, schemes), own, theirs, label, rounds=rounds).ms
            pooled += train(
                component, features, np.ones((n_rows, 1)), label, rounds=rounds
            ).ms  # a provider of no split
    figure = functools.partial(compare_all, better="lower", rounds=len(pooled))
    peers = {"the same blocks in the clear": turns(pooled)}
    with XGBoost.open(features, label, DEPTH, BINS) as xgboost:
        more = {"XGBoost, hist": xgboost.figure} if xgboost else {}
        if n_rows <= _FATE_ROWS and fate_peer.installed():
            more["pyfate SecureBoost"] = functools.cache(lambda: _fate(own, theirs, label))
        rows = figure(f"a tree, {where}, {ciphers[0]} {KEY_BITS} bits", turns(ours.ms), peers | more, unit="ms")
    for name, figures in zip(ciphers[1:], others, strict=True):
        first = {f"vert_secureboost, {ciphers[0]}": turns(ours.ms)}
        rows += figure(f"a tree, {where}, {name} {KEY_BITS} bits", turns(figures.ms), first, unit="ms")
    for name, ms in open_.items():
        rows += figure(f"a tree, {where}, {name}", turns(ms), peers, unit="ms")
    published = {"SecureBoost as published": lambda: calculated_bytes(n_rows, n_theirs)}
    return rows + figure(f"bytes of a tree, {where}, {ciphers[0]}", turns(ours.bytes), published, unit="B")


def _fate(own: Floats, theirs: Floats, label: Integers) -> float:
    """Milliseconds of processor time a tree that pyfate takes with the same parameters."""
    options = {"trees": _FATE_TREES, "depth": DEPTH, "bins": BINS, "key_bits": KEY_BITS}
    told = fate_peer.train("secureboost", fate_peer.Data(own, theirs, label), **options)
    return 1000 * told["processor_s"] / _FATE_TREES


def train(
    component: Component, own: Floats, theirs: Floats, label: Integers, cipher: str = "paillier", rounds: int = _ROUNDS
) -> Figures:
    """Train, and return the figures of all trees but the first."""
    clock, sent = Clock(time.process_time), Counter[str]()

    def count(hub: Hub, *_: object) -> None:
        """Count what was sent before, by tree, and keep no ciphertext of it."""
        sent.update(_bytes(hub.transcript))
        hub.transcript.clear()

    run = run_parties(
        component,
        inputs(own, theirs, label),
        {"n_trees": rounds + 1, "max_depth": DEPTH, "key_bits": KEY_BITS, "cipher": cipher},
        {member: {"max_bin": BINS} for member in ("bank", "bureau")},
        checkpoints={"bank": clock},
        on_send=count,
        engine=lambda: LocalEngine(2, n_threads=1),
        patience_s=PATIENCE_S,
    )
    sent.update(_bytes(run.transcript))
    return Figures(
        [1000 * seconds for seconds in clock.seconds[1:]], [float(sent[str(tree)]) for tree in range(1, rounds + 1)]
    )


def _bytes(transcript: list[tuple[MessageKey, bytes]]) -> Counter[str]:
    """Bytes by the first word of the messages' steps, which is the tree."""
    total: Counter[str] = Counter()
    for key, payload in transcript:
        total[key.step.partition(" ")[0]] += len(payload)
    return total


def with_schemes(component: Component, schemes: Schemes) -> Component:
    """Put another scheme behind the port at both parties."""
    run = {role: functools.partial(cast("Any", half), schemes=schemes) for role, half in component.run.items()}
    return dataclasses.replace(component, run=run)


def turns(figures: list[float]) -> Callable[[], float]:
    """Give one measured figure a round, the first again after the last."""
    return itertools.cycle(figures).__next__


def calculated_bytes(n_rows: int, n_columns: int) -> float:
    """SecureBoost as published, one provider: [[g]] and [[h]] of each row, and of each bin of all nodes of a tree."""
    n_nodes = (1 << DEPTH) - 1
    return 2.0 * (2 * KEY_BITS // 8) * (n_rows + n_nodes * n_columns * BINS)
