"""Both sides of an alignment, a process each, over a loopback socket."""

import multiprocessing
import os
import resource
import socket
import struct
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection

import numpy as np

from kernel.crypto.prg import SystemRng
from kernel.protocol.psi import protocols
from kernel.protocol.psi.port import DIGEST_BYTES, Digests, Found, InMemory, Side, Terms, Vault, Workers
from kernel.protocol.psi.unbalanced.table import prepare

_HEAD = struct.Struct(">II")
_WARM = 1 << 13  # ids of a first alignment, which compiles, imports and loads: a service has aligned before
_KIB = 1024

Told = tuple[float, float, int, int, int | None]  # seconds, of the processor, bytes sent, peak memory, size found


@dataclass(frozen=True)
class Figures:
    """What one alignment took: wall-clock, processor time of each side, bytes of both, peak memory of each process."""

    wall_s: float
    sender_s: float
    receiver_s: float
    n_bytes: float
    sender_peak_bytes: float
    receiver_peak_bytes: float

    @property
    def processor_s(self) -> float:
        """Processor time of both sides."""
        return self.sender_s + self.receiver_s

    @property
    def peak_bytes(self) -> float:
        """Peak of the side that takes more."""
        return max(self.sender_peak_bytes, self.receiver_peak_bytes)


@dataclass
class SocketWire:
    """Named messages over a socket; a thread takes in what comes, so that no two sides wait for room."""

    link: socket.socket
    n_bytes: int = 0
    came: dict[str, bytes] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    over: bool = False

    def __post_init__(self) -> None:
        """Start taking in."""
        threading.Thread(target=self._take, daemon=True).start()

    def send(self, step: str, payload: bytes) -> None:
        """See `Wire.send`."""
        self.n_bytes += len(payload)
        name = step.encode()
        self.link.sendall(_HEAD.pack(len(name), len(payload)) + name + payload)

    def recv(self, step: str) -> bytes:
        """See `Wire.recv`."""
        with self.changed:
            self.changed.wait_for(lambda: step in self.came or self.over)
            return self.came.pop(step)

    def sent(self, step: str) -> bool:
        """See `Wire.sent`."""
        del step
        return False

    def _take(self) -> None:
        with self.link.makefile("rb") as stream:
            while head := stream.read(_HEAD.size):
                n_name, n_payload = _HEAD.unpack(head)
                name, payload = stream.read(n_name).decode(), stream.read(n_payload)
                with self.changed:
                    self.came[name] = payload
                    self.changed.notify_all()
        with self.changed:
            self.over = True
            self.changed.notify_all()


def align(
    protocol: str,
    n_sender: int,
    n_receiver: int | None = None,
    ends: Sequence[socket.socket] = (),
    *,
    again: bool = False,
) -> Figures:
    """Align two sets that have half of the smaller one in common; see `combined`.

    Parameters
    ----------
    n_receiver
        As many as the sender's if none is told.
    ends
        The sender's and the receiver's end of the way, which are closed; a loopback socket if none are told.
    again
        Measure the second alignment over a table that the sender has prepared, and the receiver keeps since the first.
    """
    sizes = (n_sender, n_receiver or n_sender)
    context = multiprocessing.get_context("spawn")
    if not ends:
        with socket.create_server(("127.0.0.1", 0)) as door:
            ends = [socket.create_connection(door.getsockname()), door.accept()[0]]
    told, processes = [], []
    for role, end in zip(("sender", "receiver"), ends, strict=True):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_side, args=(role, protocol, sizes, end, there), kwargs={"again": again})
        process.start()
        end.close()
        there.close()
        told.append(here)
        processes.append(process)
    try:
        results = [pipe.recv() for pipe in told]
    finally:
        for process in processes:
            process.join()
    return combined(protocol, min(sizes) // 2, results)


def combined(protocol: str, n_common: int, results: Sequence[Told]) -> Figures:
    """Put both sides' figures together, the sender's first.

    Raises
    ------
    RuntimeError
        The result is wrong.
    """
    if results[1][-1] != n_common:
        raise RuntimeError(f"{protocol} found {results[1][-1]} of {n_common}")
    (wall, sender, n_bytes, peak, _), (other_wall, receiver, other_bytes, other_peak, _) = results
    return Figures(max(wall, other_wall), sender, receiver, n_bytes + other_bytes, peak, other_peak)


def _side(
    role: str, protocol: str, sizes: tuple[int, int], link: socket.socket, told: Connection, *, again: bool
) -> None:
    if link.family == socket.AF_INET:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire, shelf = SocketWire(link), InMemory()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        run = partial(_run, role, protocol, wire, pool.map, shelf)
        run(Terms("warm", _WARM, _WARM), _digests(role, (_WARM, _WARM)))
        digests, table = _digests(role, sizes), ""
        if again:
            if role == "sender":
                table = prepare(digests, shelf, SystemRng(), pool.map)
                wire.send("table's name", table.encode())
            else:
                table = wire.recv("table's name").decode()
            run(Terms("first", *sizes, table=table), digests)
        before, start, clock = wire.n_bytes, time.perf_counter(), time.process_time()
        found = run(Terms("run", *sizes, table=table, table_kept=again), digests)
        wall, processor = time.perf_counter() - start, time.process_time() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
    told.send((wall, processor, wire.n_bytes - before, peak, found.size))


def _run(
    role: str, protocol: str, wire: SocketWire, workers: Workers, shelf: Vault, terms: Terms, digests: Digests
) -> Found:
    psi = protocols()[protocol]
    agreed = terms if terms.learns in psi.learns else replace(terms, learns=min(psi.learns))
    values = np.arange(len(digests), dtype=np.int64)  # where their sum is what is asked for
    side = Side(agreed, wire, InMemory(), SystemRng(), workers, lambda _: None, shelf, values)
    return (psi.send if role == "sender" else psi.receive)(side, digests)


def _digests(role: str, sizes: tuple[int, int]) -> Digests:
    """Digests of which the first ones, half of the smaller set, are the same at both sides."""
    common, own = np.random.default_rng(1), np.random.default_rng({"sender": 2, "receiver": 3}[role])
    half, count = min(sizes) // 2, sizes[role == "receiver"]
    parts = [rng.integers(0, 256, (n, DIGEST_BYTES), np.uint8) for rng, n in ((common, half), (own, count - half))]
    return np.concatenate(parts)
