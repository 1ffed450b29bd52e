"""What a small training takes beside its work: 1,000 rows of 5 + 5 columns on the local engine.

Processor time of both parties together in one process that has trained before, as an executor that is kept warm has.
Trees are also grown with numbers in the clear in the cipher's place, so that the cipher does not hide the rest; what a
real key adds to a task is listed by itself.
"""

import functools
import os
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from time import process_time
from typing import Any

from benchmarks.measure import Row, processor_seconds
from benchmarks.secureboost import CLEAR, with_schemes
from benchmarks.two_parties import Clock, data, inputs
from kernel.components.vert_lr import COMPONENT as VERT_LR
from kernel.components.vert_secureboost import COMPONENT as VERT_SECUREBOOST
from kernel.core import Component
from kernel.crypto import ou, paillier
from kernel.crypto.ou.scheme import OkamotoUchiyama, OwnOkamotoUchiyama
from kernel.crypto.paillier.scheme import OwnPaillier, Paillier
from kernel.crypto.prg import Stream
from kernel.data.local import LocalEngine
from kernel.testing.parties import run_parties

N_ROWS, N_COLUMNS, KEY_BITS = 1_000, 5, 2048
TASK_S, ITERATION_MS = 0.3, 30.0  # the goals
_ROUNDS = 3
_CIPHERS = {
    "Paillier": (paillier.generate, OwnPaillier, Paillier),
    "Okamoto-Uchiyama": (ou.generate, OwnOkamotoUchiyama, OkamotoUchiyama),
}


@dataclass(frozen=True)
class Figures:
    """Processor seconds of a run: before its iterations, of each of them, and after.

    Parameters
    ----------
    before
        From the start until the first checkpoint, which is kept before the first iteration.
    """

    before: float
    each: float
    after: float


def measure() -> list[Row]:
    """Measure trees without and with a cipher, the regression, and what a key takes."""
    n_trees = {"n_trees": 6, "max_depth": 3}
    rows = _rows("boosted trees of depth 3, no encryption", with_schemes(VERT_SECUREBOOST, CLEAR), n_trees, goals=True)
    for cipher, name in (("okamoto_uchiyama", "Okamoto-Uchiyama"), ("paillier", "Paillier")):
        more = n_trees | {"cipher": cipher, "key_bits": KEY_BITS}
        rows += _rows(f"boosted trees of depth 3, {name} {KEY_BITS}", VERT_SECUREBOOST, more)
    rows += _rows(f"logistic regression, Paillier {KEY_BITS}", VERT_LR, {"iterations": 100, "key_bits": KEY_BITS})
    for name, makers in _CIPHERS.items():
        rows += _key(f"{name} {KEY_BITS}", *makers)
    return rows


def _rows(what: str, component: Component, params: Mapping[str, Any], *, goals: bool = False) -> list[Row]:
    train(component, params)  # compiles and imports, once a process
    runs = [train(component, params) for _ in range(_ROUNDS)]
    where = f"{what}, {N_ROWS:,} rows × {N_COLUMNS} + {N_COLUMNS} columns"
    fixed, each = [run.before + run.after for run in runs], [1000 * run.each for run in runs]
    goal = "the goal" if goals else "the goal beside the cipher"
    return [
        _row(f"a task beside its iterations, {where}", fixed, TASK_S, "s", goal),
        _row(f"an iteration, {where}", each, ITERATION_MS, "ms", goal),
    ]


def train(component: Component, params: Mapping[str, Any]) -> Figures:
    """Train once."""
    features, label = data(N_ROWS, 2 * N_COLUMNS)
    clock, start = Clock(process_time), process_time()
    run_parties(
        component,
        inputs(features[:, :N_COLUMNS], features[:, N_COLUMNS:], label),
        params,
        checkpoints={"bank": clock},
        engine=lambda: LocalEngine(2, n_threads=1),
    )
    (first, begun), (last, ended) = min(clock.at.items()), max(clock.at.items())
    return Figures(begun - start, (ended - begun) / (last - first), process_time() - ended)


def _key(name: str, generate: Any, own: Any, other: Any) -> list[Row]:
    """Measure what a key takes before the first number, at its owner and at another."""
    figures: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        stream = Stream(os.urandom(32), "fixed")
        start = process_time()
        key = generate(KEY_BITS, stream)
        figures.setdefault("making a key", []).append(process_time() - start)
        for whose, scheme in (("its owner's", own(key, stream)), ("another's", other(key.public, stream))):
            encrypt = functools.partial(scheme.encrypt, [1] * 8)
            first, then = processor_seconds(encrypt), processor_seconds(encrypt)
            figures.setdefault(f"{whose} tables", []).append(first - then)
        check = functools.partial(type(key.public).loads, key.public.dumps(), bits=KEY_BITS)
        figures.setdefault("another's check of the key", []).append(processor_seconds(check))
    total = sum(statistics.median(some) for some in figures.values())
    return [_row(f"{what}, {name}", some, total, "s", "all that a key takes") for what, some in figures.items()]


def _row(name: str, figures: list[float], peer: float, unit: str, who: str) -> Row:
    ours = statistics.median(figures)
    spread = (max(figures) - min(figures)) / 2 / ours if ours else 0.0
    return Row(name, round(ours, 4), round(peer, 4), round(ours / peer, 3), unit, round(spread, 3), who, "lower")
