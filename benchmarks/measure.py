"""Times things fairly: ours and the peer's in turns, several rounds, median and spread."""

import contextlib
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kernel.crypto.modular.arithmetic import chosen


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; `ratio` is ours / peer in `unit`, `spread` the relative half range of ours over the rounds."""

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    spread: float
    peer_name: str
    better: str  # "higher" or "lower"


def compare(
    name: str,
    ours: Callable[[], float],
    peer: Callable[[], float],
    *,
    unit: str,
    peer_name: str,
    better: str,
    rounds: int = 5,
) -> Row:
    """Measure both in turns, so that what else the machine does hits both; each function returns one figure."""
    return compare_all(name, ours, {peer_name: peer}, unit=unit, better=better, rounds=rounds)[0]


def compare_all(
    name: str,
    ours: Callable[[], float],
    peers: Mapping[str, Callable[[], float]],
    *,
    unit: str,
    better: str,
    rounds: int = 5,
) -> list[Row]:
    """Measure ours and several peers in turns: a row a peer."""
    figures: dict[str | None, list[float]] = {side: [] for side in (None, *peers)}
    for _ in range(rounds):
        figures[None].append(ours())
        for peer_name, peer in peers.items():
            figures[peer_name].append(peer())
    mine = statistics.median(figures[None])
    spread = (max(figures[None]) - min(figures[None])) / 2 / mine
    rows = []
    for peer_name in peers:
        theirs = statistics.median(figures[peer_name])
        figure = (round(mine, 3), round(theirs, 3), round(mine / theirs, 3))
        rows.append(Row(name, *figure, unit, round(spread, 3), peer_name, better))
    return rows


def per_second(count: int, action: Callable[[], object]) -> float:
    """Return how often a second `action` can be done."""
    start = time.perf_counter()
    for _ in range(count):
        action()
    return count / (time.perf_counter() - start)


def seconds(action: Callable[[], object]) -> float:
    """Return how long `action` takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def processor_seconds(action: Callable[[], object]) -> float:
    """Return the processor time that `action` takes in this process, which other processes hardly change."""
    start = time.process_time()
    action()
    return time.process_time() - start


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep what this thread does, and threads that it starts, on one core where the system lets."""
    if sys.platform != "linux":
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def peak_memory(what: str) -> Row:
    """Return the most memory that this process has had, against what a member should do with."""
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(
        f"peak memory of both parties, {what}", round(mib), 8192, round(mib / 8192, 3), "MiB", 0.0, "8 GiB", "lower"
    )


def machine() -> dict[str, Any]:
    """Describe this machine and how busy it is."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "arithmetic": chosen(1 << 10),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(value, 2) for value in os.getloadavg()],
    }


def as_dict(row: Row) -> dict[str, Any]:
    """Return a row as plain data."""
    return asdict(row)
