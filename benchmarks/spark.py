"""What training asks of Spark: stages, shuffled bytes and seconds, of a tree and of a logistic regression.

Both parties run in this process on one embedded session, `local[*]`, and talk through memory. A stage belongs to
what its party did last: between two messages (sent or received) lies one exchange. The peer of seconds is the local
engine in the same run; that of shuffled bytes is what the parties send each other.
"""

import functools
import itertools
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark import SparkContext

from benchmarks import stages
from benchmarks.measure import Row
from benchmarks.two_parties import PATIENCE_S, Clock, data, inputs
from kernel.components.vert_lr import COMPONENT as VERT_LR
from kernel.components.vert_secureboost import COMPONENT as VERT_SECUREBOOST
from kernel.core import Component, MessageKey
from kernel.data.engine import Engine
from kernel.data.local import LocalEngine
from kernel.data.spark import SparkEngine
from kernel.testing.channel import Hub
from kernel.testing.parties import run_parties

N_ROWS, N_COLUMNS = 2_000, 5  # of each party
MANY_COLUMNS = 80  # of a provider whose answers are packed ciphertexts by the hundred
PARTITIONS = 4
_TREES, _DEPTH = 3, 4
_MEMBERS = ("bank", "bureau")
Span = tuple[int, int]  # steps: from one checkpoint, the first being 0, to another


@dataclass
class _Seen:
    """Of one run: messages and bytes by the step in which they were sent, and when each checkpoint was kept.

    Parameters
    ----------
    steps
        Each member's: how many checkpoints it has kept after the first, or -1.
    """

    context: SparkContext | None = None
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_MEMBERS, -1))
    messages: Counter[int] = field(default_factory=Counter)
    sent: Counter[int] = field(default_factory=Counter)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)
    at: list[float] = field(default_factory=list)

    def say(self, what: str) -> None:
        """Mark what this thread does next on Spark."""
        if self.context is not None:
            member = threading.current_thread().name
            stages.say(self.context, f"{self.steps[member]}|{next(self.turns)}|{member} after {what}")

    def run(
        self, component: Component, params: Mapping[str, Any], n_theirs: int, engine: Callable[[], Engine]
    ) -> "_Seen":
        """Train."""
        features, label = data(N_ROWS, N_COLUMNS + n_theirs)

        def count(transcript: Iterable[tuple[MessageKey, bytes]]) -> None:
            for before, payload in transcript:
                self.sent[self.steps[before.sender]] += len(payload)

        def sent(hub: Hub, key: MessageKey, _: int) -> None:
            count(hub.transcript)
            hub.transcript.clear()
            self.messages[self.steps[key.sender]] += 1
            self.say(f"sending {key.message}")

        def kept(member: str) -> Callable[[int], None]:
            def note(_: int) -> None:
                self.steps[member] += 1
                self.say("a checkpoint")

            return note

        clocks = {member: Clock(time.perf_counter, kept(member)) for member in _MEMBERS}
        start = time.perf_counter()
        run = run_parties(
            component,
            inputs(features[:, :N_COLUMNS], features[:, N_COLUMNS:], label),
            params,
            engine=engine,
            checkpoints=clocks,
            on_send=sent,
            on_receive=lambda key: self.say(f"receiving {key.message}"),
            patience_s=PATIENCE_S,
        )
        count(run.transcript)
        self.at = [start, *clocks["bank"].at.values()]
        return self


def measure() -> list[Row]:
    """Measure both."""
    trees = {"n_trees": _TREES, "max_depth": _DEPTH, "cipher": "okamoto_uchiyama"}
    many = trees | {"cipher": "paillier"}
    return [
        *_rows("vert_secureboost, a tree", VERT_SECUREBOOST, trees, range(1, _TREES)),
        *_rows("vert_secureboost, a tree", VERT_SECUREBOOST, many, range(1, _TREES), MANY_COLUMNS),
        *_rows("vert_lr, all iterations", VERT_LR, {"iterations": 100}, None),
    ]


def _rows(
    name: str, component: Component, params: Mapping[str, Any], steps: range | None, n_theirs: int = N_COLUMNS
) -> list[Row]:
    """Figures of some steps between checkpoints, as a median; or, of None, of all before the first and all after."""
    where = f"{N_ROWS:,} rows × {N_COLUMNS} + {n_theirs} columns"
    local = _Seen().run(component, params, n_theirs, lambda: LocalEngine(PARTITIONS, n_threads=2))
    with tempfile.TemporaryDirectory() as folder:
        with stages.recorded(Path(folder), "local[*]") as context:
            seen = _Seen(context).run(component, params, n_theirs, lambda: SparkEngine(context, PARTITIONS))
        done = stages.stages(Path(folder))
    part = functools.partial(_part, where=where, done=done, seen=seen, local=local)
    if steps is not None:
        return part(name, [(step, step + 1) for step in steps])
    before = part(f"{component.name}, before the iterations", [(-1, 0)])
    return before + part(name, [(0, len(seen.at))])


def _part(
    name: str, spans: Sequence[Span], *, where: str, done: Sequence[stages.Stage], seen: _Seen, local: _Seen
) -> list[Row]:
    """Figures of what lies in spans of steps."""
    mine = [[one for one in done if a <= _step(one) < b] for a, b in spans]
    most = max((max(Counter(one.doing for one in some).values(), default=0) for some in mine), default=0)
    clock = _seconds(seen.at, spans)
    figures = (
        ("stages", _median(len(some) for some in mine), _counted(seen.messages, spans), "", "messages of both parties"),
        ("most stages between two messages", most, 1.0, "", "the goal"),
        ("shuffled", _median(sum(one.shuffle_bytes for one in some) for some in mine), 0.0, "B", "the goal"),
        ("sent", _counted(seen.sent, spans), _counted(local.sent, spans), "B", "the local engine"),
        (
            "time of tasks",
            _median(sum(one.task_ms for one in some) / 1000 for some in mine),
            clock,
            "s",
            "by the clock",
        ),
        ("by the clock", clock, _seconds(local.at, spans), "s", "the local engine"),
    )
    return [
        Row(f"{name}: {what}, {where}", ours, peer, round(ours / peer, 3) if peer else 0.0, unit, 0.0, who, "lower")
        for what, ours, peer, unit, who in figures
    ]


def _step(stage: stages.Stage) -> int:
    """How many checkpoints after the first its party had kept; -1 before the first."""
    return int(stage.doing.partition("|")[0] or -1)


def _counted(counts: Counter[int], spans: Sequence[Span]) -> float:
    return _median(sum(count for step, count in counts.items() if a <= step < b) for a, b in spans)


def _seconds(at: Sequence[float], spans: Sequence[Span]) -> float:
    """Seconds of a span of steps; `at` has the start, and then the time of each checkpoint."""
    return round(_median(at[min(b, len(at) - 2) + 1] - at[a + 1] for a, b in spans), 3)


def _median(values: Iterable[float]) -> float:
    return statistics.median(float(value) for value in values)
