"""The threads that compute, shared by all that the node does."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

_AHEAD = 2  # pieces a thread that are under way


class Numbers:
    """So many threads, see `kernel.protocol.psi.port.Workers`."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="numbers")

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown()

    def map(self, function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
        """As `map`, with a few parts under way."""
        waiting: list[Future[Any]] = []
        try:
            for part in parts:
                waiting.append(self._pool.submit(function, part))
                if len(waiting) > _AHEAD * self._threads:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()
