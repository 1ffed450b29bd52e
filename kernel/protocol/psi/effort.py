"""What an alignment will take: a machine's means, a way's speed, and what a protocol says that it needs of both."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from kernel.crypto.curve.paths import processor

AVX512, AVX2, NONE = "avx512", "avx2", "none"
VECTORS = (AVX512, AVX2, NONE)
MOST_CORES = 1024


@dataclass(frozen=True, slots=True)
class Machine:
    """One side's means.

    Parameters
    ----------
    cores
        That the alignment may use, 1 to MOST_CORES.
    vectors
        Widest instructions: one of VECTORS; avx512 means with IFMA.
    ready
        Whether compiled code is loaded and tried already, as in a process that has run each protocol once; else a first
        run loads it, and computes small sets without it.

    Raises
    ------
    ValueError
        Another number or word.
    """

    cores: int
    vectors: str
    ready: bool = False

    def __post_init__(self) -> None:
        """Refuse what no machine has; the other side's words come here too."""
        if not 1 <= self.cores <= MOST_CORES or self.vectors not in VECTORS:
            raise ValueError(f"{self.cores} cores with {self.vectors[:16]!r}: no such machine")


@dataclass(frozen=True, slots=True)
class Link:
    """The way between both sides: bits a second, and seconds of a round trip."""

    bits_per_s: float
    round_trip_s: float


@dataclass(frozen=True, slots=True)
class Effort:
    """What a protocol needs.

    Parameters
    ----------
    sender_s, receiver_s
        Seconds of one core.
    on_all_cores
        Whether a side's work divides among its cores.
    at_once
        Whether both sides work at the same time, batch by batch; else one after the other.
    round_trips
        Times that a side waits for an answer with nothing else to do.
    fixed_s
        Seconds that are taken however few the ids and however many the cores: keys are made, code is loaded.
    """

    sender_s: float
    receiver_s: float
    on_all_cores: bool
    at_once: bool
    round_trips: int
    fixed_s: float = 0.0

    def seconds(self, sender: Machine, receiver: Machine) -> float:
        """Seconds of work on these machines, without the way."""
        sides = [
            seconds / (machine.cores if self.on_all_cores else 1)
            for seconds, machine in ((self.sender_s, sender), (self.receiver_s, receiver))
        ]
        return self.fixed_s + (max(sides) if self.at_once else sum(sides))


def this_machine() -> Machine:
    """Describe the cores that this process may run on."""
    features: Mapping[str, bool] = processor()
    has = {AVX512: ("avx512f", "avx512ifma"), AVX2: ("avx2", "fma", "pclmul")}
    vectors = next((name for name, needs in has.items() if all(map(features.get, needs))), NONE)
    return Machine(min(len(os.sched_getaffinity(0)), MOST_CORES), vectors)
