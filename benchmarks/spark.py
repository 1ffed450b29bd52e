"""What training asks of Spark: stages, shuffled bytes and seconds, of a tree and of a logistic regression.

Both parties run in this process on one embedded session, `local[*]`, and talk through memory. A stage belongs to
what its party did last: between two messages (sent or received) lies one exchange. The peer of seconds is the local
engine in the same run; that of shuffled bytes is what the parties send each other.
"""

import itertools
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark import SparkContext

from benchmarks import stages
from benchmarks.measure import Row
from benchmarks.two_parties import Clock, data, inputs
from kernel.components.vert_lr import COMPONENT as VERT_LR
from kernel.components.vert_secureboost import COMPONENT as VERT_SECUREBOOST
from kernel.core import Component, MessageKey
from kernel.data.engine import Engine
from kernel.data.local import LocalEngine
from kernel.data.spark import SparkEngine
from kernel.testing.channel import Hub
from kernel.testing.parties import run_parties

N_ROWS, N_COLUMNS = 2_000, 5  # of each party
PARTITIONS = 4
_TREES, _DEPTH = 4, 4
_MEMBERS = ("bank", "bureau")


@dataclass
class _Seen:
    """Of one run: the bytes and messages by the number of checkpoints that their sender had kept, and times of these."""

    context: SparkContext | None = None
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_MEMBERS, 0))
    messages: Counter[int] = field(default_factory=Counter)
    sent: Counter[int] = field(default_factory=Counter)
    turns: "itertools.count[int]" = field(default_factory=itertools.count)
    at: list[float] = field(default_factory=list)

    def say(self, what: str) -> None:
        """Mark what this thread does next on Spark."""
        if self.context is not None:
            member = threading.current_thread().name
            stages.say(self.context, f"{self.steps[member]}|{next(self.turns)}|{member} after {what}")

    def run(self, component: Component, params: Mapping[str, Any], engine: Callable[[], Engine]) -> "_Seen":
        """Train."""
        features, label = data(N_ROWS, 2 * N_COLUMNS)

        def sent(hub: Hub, key: MessageKey, _: int) -> None:
            for before, payload in hub.transcript:
                self.sent[self.steps[before.sender]] += len(payload)
            hub.transcript.clear()
            self.messages[self.steps[key.sender]] += 1
            self.say(f"sending {key.message}")

        def kept(member: str) -> Callable[[int], None]:
            def note(step: int) -> None:
                self.steps[member] = step
                self.say("a checkpoint")

            return note

        clocks = {member: Clock(time.perf_counter, kept(member)) for member in _MEMBERS}
        run_parties(
            component,
            inputs(features[:, :N_COLUMNS], features[:, N_COLUMNS:], label),
            params,
            engine=engine,
            checkpoints=clocks,
            on_send=sent,
            on_receive=lambda key: self.say(f"receiving {key.message}"),
        )
        self.at = list(clocks["bank"].at.values())
        return self


def measure() -> list[Row]:
    """Measure both."""
    trees = {"n_trees": _TREES, "max_depth": _DEPTH, "cipher": "okamoto_uchiyama"}
    return [
        *_rows("vert_secureboost, a tree", VERT_SECUREBOOST, trees, range(1, _TREES)),
        *_rows("vert_lr, all iterations", VERT_LR, {"iterations": 100}, None),
    ]


def _rows(name: str, component: Component, params: Mapping[str, Any], steps: range | None) -> list[Row]:
    """Figures of each of some checkpoints' steps, a median; or of all after the first checkpoint, and of all before."""
    local = _Seen().run(component, params, lambda: LocalEngine(PARTITIONS, n_threads=2))
    with tempfile.TemporaryDirectory() as folder:
        with stages.recorded(Path(folder), "local[*]") as context:
            seen = _Seen(context).run(component, params, lambda: SparkEngine(context, PARTITIONS))
        done = stages.stages(Path(folder))
    where = f"{N_ROWS:,} rows × {N_COLUMNS} + {N_COLUMNS} columns"
    if steps is not None:
        parts = {name: [(step, step + 1) for step in steps]}
    else:
        parts = {f"{component.name}, before the first iteration": [(0, 1)], name: [(1, 1 << 30)]}
    rows = []
    for title, ranges in parts.items():
        mine = [[one for one in done if a <= int(one.doing.partition("|")[0] or 0) < b] for a, b in ranges]
        turns = [Counter(one.doing for one in some) for some in mine]
        messages = statistics.median(_of(seen.messages, a, b) for a, b in ranges)
        sent = statistics.median(_of(seen.sent, a, b) for a, b in ranges)
        most = max((max(turn.values(), default=0) for turn in turns), default=0)
        figures = [
            ("stages", statistics.median(len(some) for some in mine), messages, "", "messages of both parties"),
            ("most stages between two messages", most, 1, "", "the goal"),
            ("shuffled", statistics.median(sum(one.shuffle_bytes for one in some) for some in mine), sent, "B", "sent"),
            ("tasks' time", statistics.median(sum(one.task_ms for one in some) / 1000 for some in mine), 0.0, "s", ""),
        ]
        seconds = [_seconds(run.at, ranges) for run in (seen, local)]
        figures[-1] = (*figures[-1][:2], seconds[0], "s", "the clock's")
        figures.append(("by the clock", *seconds, "s", "the local engine"))
        rows += [
            Row(f"{title}: {what}, {where}", round(ours, 3), round(peer, 3), round(ours / peer, 3) if peer else 0.0, unit, 0.0, who, "lower")
            for what, ours, peer, unit, who in figures
        ]
    return rows


def _of(counts: Counter[int], first: int, last: int) -> int:
    return sum(count for step, count in counts.items() if first <= step < last)


def _seconds(at: list[float], ranges: list[tuple[int, int]]) -> float:
    """Median seconds between checkpoints."""
    return statistics.median(at[min(b, len(at) - 1)] - at[a] for a, b in ranges)
