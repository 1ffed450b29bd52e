"""Private set intersection: every registered protocol, two processes over loopback, sets of one size, half in common.

Ids a second and core are ids of one side over the processor time of both; seconds are wall-clock, on as many cores as
there are; bytes are payloads of both sides for each id of one; memory is the peak of the process that takes more.
Peers: openmined.psi (both sides in one process, no network) and spu's RR22 (two processes; reads and writes CSV).
"""

import itertools
from collections.abc import Callable, Sequence

from benchmarks import psi_pair, psi_peers
from benchmarks.measure import Row, compare_all
from benchmarks.psi_pair import Figures
from kernel.protocol.psi import protocols

SIZES = (1 << 16, 1 << 18, 1 << 20)
FULL = (1 << 22,)
SLOW, SLOW_MOST = "rsa", 1 << 14  # measured at this size only, unless full
_ROUNDS, _ROUNDS_MOST = 3, 1 << 18  # larger sizes once: curve25519 takes minutes
_MIB = 1 << 20
_READ: dict[str, tuple[str, str, Callable[[Figures, int], float]]] = {
    "ids a second and core": ("ids/s", "higher", lambda figures, count: count / figures.processor_s),
    "seconds": ("s", "lower", lambda figures, _: figures.wall_s),
    "bytes an id": ("B", "lower", lambda figures, count: figures.n_bytes / count),
    "peak memory": ("MiB", "lower", lambda figures, _: figures.peak_bytes / _MIB),
}


def measure(*, full: bool = False) -> list[Row]:
    """Measure every protocol at every size; with `full` also 2^22, and the slow ones everywhere."""
    rows = []
    for count in (SLOW_MOST, *SIZES, *(FULL if full else ())):
        rows += measure_one(count, [name for name in protocols() if full or count <= SLOW_MOST or SLOW not in name])
    return rows


def measure_one(count: int, names: Sequence[str]) -> list[Row]:
    """Measure protocols at one size against the first of them, and all against the peers that are installed."""
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
        others = [other for other in (names[0], *peers) if other != name]
        for what, (unit, better, read) in _READ.items():
            turns = {
                key: itertools.cycle([read(figures, count) for figures in runs[key]]).__next__
                for key in (name, *others)
            }
            ours = turns.pop(name)
            title = f"{what}, {name}, 2^{count.bit_length() - 1}"
            rows += compare_all(title, ours, turns, unit=unit, better=better, rounds=rounds)
    return rows
