"""Logistic regression over two parties' columns, on shares: against pyfate's SSHE-LR, and what privacy costs.

Both parties run in this process and talk through memory; a figure is the processor time of both together, from keys to
weights. pyfate runs in its standalone mode with a full batch, as ours; its figure is that of so many epochs, for the
whole training by its default number of 20.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks import fate_peer
from benchmarks.measure import Row, compare_all, peak_memory, processor_seconds
from benchmarks.two_parties import PATIENCE_S, Floats, Integers, data, inputs
from kernel.components.vert_lr import COMPONENT
from kernel.data.local import LocalEngine
from kernel.testing.parties import run_parties

SIZES = ((2_000, 10, 10), (10_000, 10, 10), (30_000, 11, 12), (100_000, 10, 10))  # rows, columns of each party
FULL = ((1_000_000, 10, 10),)
KEY_BITS = 2048
_L2 = 1e-3
_FATE_ROWS, _FATE_EPOCHS, _FATE_DEFAULT = 2_000, 2, 20  # its epochs cost alike, so two of them tell


def measure(*, full: bool = False) -> list[Row]:
    """Measure every size; with `full` also a million rows."""
    rows = []
    for size in SIZES:
        rows += measure_one(*size)
    for n_rows, n_own, n_theirs in FULL if full else ():
        rows += measure_one(n_rows, n_own, n_theirs)
        rows.append(peak_memory(f"logistic regression, {n_rows:,} rows × {n_own} + {n_theirs} columns"))
    return rows


@dataclass
class _Ours:
    """Trains, and keeps what it sent."""

    own: Floats
    theirs: Floats
    label: Integers
    sent: float = 0.0

    def seconds(self) -> float:
        def work() -> None:
            run = run_parties(
                COMPONENT,
                inputs(self.own, self.theirs, self.label),
                {"l2": _L2, "key_bits": KEY_BITS},
                engine=lambda: LocalEngine(2, n_threads=1),
                patience_s=PATIENCE_S,
            )
            self.sent = float(sum(len(payload) for _, payload in run.transcript))

        return processor_seconds(work)


def measure_one(n_rows: int, n_own: int, n_theirs: int) -> list[Row]:
    """Measure one size."""
    features, label = data(n_rows, n_own + n_theirs)
    ours = _Ours(features[:, :n_own], features[:, n_own:], label)
    peers = {"scikit-learn, pooled": lambda: processor_seconds(lambda: _pooled(features, label))}
    if n_rows <= _FATE_ROWS and fate_peer.installed():
        peers[f"pyfate SSHE-LR, {_FATE_DEFAULT} epochs"] = _fate(ours)
    where = f"{n_rows:,} rows × {n_own} + {n_theirs} columns"
    rows = compare_all(f"training, {where}, {KEY_BITS} bits", ours.seconds, peers, unit="s", better="lower", rounds=1)
    clear = {"the provider's columns in the clear": lambda: 8.0 * n_rows * n_theirs}
    return rows + compare_all(f"bytes sent, {where}", lambda: ours.sent, clear, unit="B", better="lower", rounds=1)


def _pooled(features: Floats, label: Integers) -> None:
    LogisticRegression(C=1 / (_L2 * len(label))).fit(features, np.asarray(label))


def _fate(ours: _Ours) -> Callable[[], float]:
    def figure() -> float:
        given = fate_peer.Data(ours.own, ours.theirs, ours.label)
        told = fate_peer.train("sshe_lr", given, epochs=_FATE_EPOCHS, key_bits=KEY_BITS)
        return told["processor_s"] * _FATE_DEFAULT / _FATE_EPOCHS

    return figure
