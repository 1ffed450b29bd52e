"""The peers of `python -m benchmarks he`: phe, gmpy2 as the textbook says, and sf-heu in a process of its own."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import gmpy2
from gmpy2 import mpz
from phe import paillier as phe

from benchmarks.measure import processor_seconds
from kernel.crypto.paillier import PrivateKey

Action = tuple[int, Callable[[], object]]  # how many numbers, and what does them
FACTOR_BITS = 53
_SAMPLE = 4  # of what takes milliseconds
_CELLS = 200  # of a matrix that would take a minute
_ADDS = 256


def micros(action: Action) -> float:
    """Microseconds of processor time a number."""
    count, work = action
    return processor_seconds(work) / count * 1e6


class Peer(Protocol):
    """Somebody else's way to do what we measure."""

    name: str

    def figure(self, name: str) -> float:
        """Measure one operation, in microseconds of processor time a number."""

    def close(self) -> None:
        """End what it runs in."""


class InProcess:
    """A peer that is a library beside ours."""

    def __init__(self, name: str, actions: Mapping[str, Action]) -> None:
        self.name, self._actions = name, actions

    def figure(self, name: str) -> float:
        """See `Peer`."""
        return micros(self._actions[name])

    def close(self) -> None:
        """Nothing is open."""


class Heu:
    """A scheme of sf-heu, with keys as it makes them, in a process of any environment that has it: ours may not."""

    def __init__(self, python: str, scheme: str, bits: int) -> None:
        self.name = f"sf-heu {scheme}"
        script = str(Path(__file__).with_name("heu_peer.py"))
        core = {min(os.sched_getaffinity(0))}  # one, as ours
        self._process = subprocess.Popen(
            [python, script, scheme, str(bits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, core),  # noqa: PLW1509 - no thread of ours runs yet
        )
        while self._line() != "ready":  # it logs there too
            pass

    def _line(self) -> str:
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("sf-heu's process has ended")
        return line.strip()

    def figure(self, name: str) -> float:
        """See `Peer`."""
        if self._process.stdin is None:
            raise RuntimeError("sf-heu's process has no input")
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        """See `Peer`."""
        self._process.terminate()
        self._process.wait()


def with_phe(key: PrivateKey) -> Peer:
    """phe, a number at a time."""
    public, private = phe.generate_paillier_keypair(n_length=key.public.bits)
    one, other, factor = public.encrypt(12345), public.encrypt(67890), (1 << FACTOR_BITS) - 54321
    raw = one.ciphertext()

    def cells() -> None:
        total = other
        for index in range(_CELLS):
            total = total + one * ((1 << 30) - index)

    def bins() -> None:
        total = other
        for _ in range(_ADDS):
            total = total + one

    return InProcess(
        "phe",
        {
            "encrypt": (_SAMPLE, lambda: [public.raw_encrypt(index) for index in range(_SAMPLE)]),
            "decrypt": (_SAMPLE, lambda: [private.raw_decrypt(raw) for _ in range(_SAMPLE)]),
            "add": (_ADDS, lambda: [one + other for _ in range(_ADDS)]),
            "multiply by 53 bits": (_CELLS, lambda: [one * (factor - index) for index in range(_CELLS)]),
            "X'·[[d]], 30 bits, per entry of X": (_CELLS, cells),
            "histogram, per row and feature": (_ADDS, bins),
        },
    )


def with_naive_gmpy2(key: PrivateKey) -> Peer:
    """C = (1 + n·m)·r^n mod n², m = L(c^λ)·µ mod n, cell by cell."""
    n, n2 = key.public.n, key.public.modulus
    random = gmpy2.random_state(int.from_bytes(os.urandom(8), "big"))
    exponent = n - 1  # as long as λ

    def encrypt(value: int) -> mpz:
        return (1 + n * value) * gmpy2.powmod(gmpy2.mpz_random(random, n), n, n2) % n2

    def decrypt(ciphertext: mpz) -> mpz:
        return (gmpy2.powmod(ciphertext, exponent, n2) - 1) // n * exponent % n

    one, other, factor = encrypt(12345), encrypt(67890), (1 << FACTOR_BITS) - 54321

    def cells() -> None:
        total = other
        for index in range(_CELLS):
            total = total * gmpy2.powmod(one, (1 << 30) - index, n2) % n2

    def bins() -> None:
        total = other
        for _ in range(_ADDS):
            total = total * one % n2

    return InProcess(
        "gmpy2, naive",
        {
            "encrypt": (_SAMPLE, lambda: [encrypt(index) for index in range(_SAMPLE)]),
            "decrypt": (_SAMPLE, lambda: [decrypt(one) for _ in range(_SAMPLE)]),
            "add": (_ADDS, lambda: [one * other % n2 for _ in range(_ADDS)]),
            "multiply by 53 bits": (_CELLS, lambda: [gmpy2.powmod(one, factor - i, n2) for i in range(_CELLS)]),
            "X'·[[d]], 30 bits, per entry of X": (_CELLS, cells),
            "histogram, per row and feature": (_ADDS, bins),
        },
    )
