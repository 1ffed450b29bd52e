"""Private set intersection: every registered protocol, two processes over loopback, sets of one size, half in common.

Ids a second and core are ids of one side over the processor time of both; seconds are wall-clock, on as many cores as
there are; bytes are payloads of both sides for each id of one; memory is the peak of the process that takes more.
Further rows: RSA against one power a row, a small set against a prepared table, and all over a slow way.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks import psi_naive, psi_pair, psi_peers, shaped
from benchmarks.measure import Row, compare_all
from benchmarks.psi_pair import Figures
from kernel.protocol.psi import protocols
from kernel.protocol.psi.effort import Link, Machine, this_machine
from kernel.protocol.psi.planner import foretold
from kernel.protocol.psi.port import Terms

SIZES = (1 << 16, 1 << 18, 1 << 20)
FULL = (1 << 22,)
SLOW, SLOW_MOST = (
    ("rsa", "rsa3072", "intersection_sum"),
    1 << 14,
)  # at this size only (rsa also at the next), unless full
LARGE, SMALL = 1 << 18, 1 << 10
SHAPE = shaped.Shape(mbit=100, round_trip_ms=10)
_KEY_BITS = {"rsa": 2048, "rsa3072": 3072}
_LOOPBACK = Link(1e10, 1e-4)
_ROUNDS, _ROUNDS_MOST = 3, 1 << 18  # larger sizes once
_MIB = 1 << 20
_READ: dict[str, tuple[str, str, Callable[[Figures, int], float]]] = {
    "ids a second and core": ("ids/s", "higher", lambda figures, count: count / figures.processor_s),
    "seconds": ("s", "lower", lambda figures, _: figures.wall_s),
    "bytes an id": ("B/id", "lower", lambda figures, count: figures.n_bytes / count),
    "peak memory": ("MiB", "lower", lambda figures, _: figures.peak_bytes / _MIB),
}


def measure(*, full: bool = False) -> list[Row]:
    """Measure every protocol at every size; with `full` also 2^22, and the slow ones everywhere."""
    rows = []
    for count in (SLOW_MOST, *SIZES, *(FULL if full else ())):
        slow = {"rsa"} if count == SIZES[0] else set()
        names = [name for name in protocols() if full or count <= SLOW_MOST or name not in SLOW or name in slow]
        rows += measure_one(count, names)
    return rows + against_powers(SLOW_MOST) + against_a_table(LARGE, SMALL) + over_a_slow_way(SIZES[0])


def measure_one(count: int, names: Sequence[str]) -> list[Row]:
    """Measure protocols at one size, each against its peers that are installed and against what was foretold."""
    rounds = _ROUNDS if count <= _ROUNDS_MOST else 1
    peers = [peer for peer in psi_peers.PYTHONS if count <= psi_peers.MOST[peer] and psi_peers.installed(peer)]
    runs: dict[str, list[Figures]] = {name: [] for name in (*names, *peers)}
    for _ in range(rounds):  # in turns, so that what else the machine does hits all
        for name in names:
            runs[name].append(psi_pair.align(name, count))
        for peer in peers:
            runs[peer].append(psi_peers.align(peer, count))
    rows = []
    for name in names:
        others = [peer for peer in peers if psi_peers.OF[peer] == name] or [names[0]] * (name != names[0])
        for what, (unit, better, read) in _READ.items():
            turns = {
                key: itertools.cycle([read(figures, count) for figures in runs[key]]).__next__
                for key in (name, *others)
            }
            ours = turns.pop(name)
            planned = {"foretold": partial(_foretold, name, count)} if what == "seconds" else {}
            title = f"{what}, {name}, {count:,} ids"
            rows += compare_all(title, ours, turns | planned, unit=unit, better=better, rounds=rounds)
    return rows


def against_powers(count: int) -> list[Row]:
    """Measure RSA against one power a row with a key of the same size, as WeFe signs."""
    rows: list[Row] = []
    for name, bits in _KEY_BITS.items():
        rows += compare_all(
            f"ids a second and core, {name}, {count:,} ids",
            partial(_per_second_and_core, name, count),
            {"one power a row, gmpy2": partial(psi_naive.per_second, bits)},
            unit="ids/s",
            better="higher",
            rounds=1,
        )
    return rows


def against_a_table(large: int, small: int) -> list[Row]:
    """Measure a small set against a large one that was prepared before, and that the receiver keeps."""
    return compare_all(
        f"seconds, unbalanced, table kept, {large:,} against {small:,} ids",
        lambda: psi_pair.align("unbalanced", large, small, again=True).wall_s,
        {
            "the table sent, too": lambda: psi_pair.align("unbalanced", large, small).wall_s,
            "oprf": lambda: psi_pair.align("oprf", large, small).wall_s,
        },
        unit="s",
        better="lower",
        rounds=_ROUNDS,
    )


def over_a_slow_way(count: int) -> list[Row]:
    """Measure every protocol over a shaped way."""
    rows: list[Row] = []
    link = Link(1e6 * SHAPE.mbit, 1e-3 * SHAPE.round_trip_ms)
    for name in protocols():
        rows += compare_all(
            f"seconds over {SHAPE}, {name}, {count:,} ids",
            partial(_slow, name, count),
            {"foretold": partial(_foretold, name, count, link)},
            unit="s",
            better="lower",
            rounds=1,
        )
    return rows


def _per_second_and_core(name: str, count: int) -> float:
    return count / psi_pair.align(name, count).processor_s


def _slow(name: str, count: int) -> float:
    with shaped.ends(SHAPE) as ends:
        return psi_pair.align(name, count, ends=ends).wall_s


def _foretold(name: str, count: int, link: Link = _LOOPBACK) -> float:
    """Ask the planner, with this machine's cores shared between both sides."""
    machine = this_machine()
    half = Machine(max(1, machine.cores // 2), machine.vectors)
    return foretold(protocols()[name], Terms("t", count, count), half, half, link)
