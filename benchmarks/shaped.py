"""A slow way between two processes of this machine: what one end sends arrives later, and no faster than agreed.

A relay of two threads, because network namespaces with a shaping queue take a kernel module that few machines load.
"""

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

_CHUNK = 1 << 14
_BITS = 8
_ROOM = 1 << 12  # chunks under way: more than any way of ours holds in a round trip


@dataclass(frozen=True)
class Shape:
    """A way's rate each way, and its round trip; half of that is waited each way."""

    mbit: int
    round_trip_ms: int

    def __str__(self) -> str:
        """Say it in words."""
        return f"{self.mbit} Mbit/s and {self.round_trip_ms} ms"


@contextmanager
def ends(shape: Shape) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give two sockets with the way between them; it ends when both have closed theirs."""
    with ExitStack() as stack:
        pairs = [socket.socketpair() for _ in range(2)]
        for pair in pairs:
            for end in pair:
                stack.callback(end.close)
        (near, near_relay), (far, far_relay) = pairs
        for source, target in ((near_relay, far_relay), (far_relay, near_relay)):
            _relay(source, target, shape)
        yield near, far


def _relay(source: socket.socket, target: socket.socket, shape: Shape) -> None:
    """Carry what comes, from now on, in order."""
    way: queue.Queue[tuple[float, bytes]] = queue.Queue(_ROOM)

    def take() -> None:
        free = 0.0  # when the last byte so far has left
        try:
            while chunk := source.recv(_CHUNK):
                free = max(free, time.monotonic()) + _BITS * len(chunk) / (1e6 * shape.mbit)
                way.put((free + 0.5e-3 * shape.round_trip_ms, chunk))
        except OSError:
            pass  # who measures has closed it
        way.put((0.0, b""))

    def give() -> None:
        while True:
            due, chunk = way.get()
            if not chunk:
                break
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                target.sendall(chunk)
            except OSError:
                break  # the other end has gone
        _finish(target)

    for work in (take, give):
        threading.Thread(target=work, daemon=True).start()


def _finish(target: socket.socket) -> None:
    """Tell the other end that nothing more comes."""
    try:
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # closed before
