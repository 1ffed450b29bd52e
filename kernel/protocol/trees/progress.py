"""What people are told while trees grow: how far a party is, and how long it will take by the trees already grown."""

import contextlib
import time
from collections import deque
from collections.abc import Iterator

from kernel.core.context import Context

_RECENT = 5  # trees by which the rest is judged
_MINUTE_S = 90
_BEGIN, _SHARE = 0.05, 0.9  # of the task, what lies before the trees and what the trees are


class Progress:
    """Trees and levels of one attempt."""

    def __init__(self, ctx: Context, n_trees: int, max_depth: int) -> None:
        self._ctx, self._n_trees, self._max_depth, self._tree = ctx, n_trees, max_depth, 0
        self._seconds: deque[float] = deque(maxlen=_RECENT)
        self._start = time.monotonic()

    @contextlib.contextmanager
    def tree(self, number: int) -> Iterator[None]:
        """Measure a tree."""
        self._tree, self._start = number, time.monotonic()
        with self._ctx.step(f"tree {number + 1} of {self._n_trees}{self._left()}", self._done(0)):
            yield
        self._seconds.append(time.monotonic() - self._start)

    def level(self, depth: int, n_nodes: int) -> None:
        """Say that a level of the present tree begins."""
        nodes = "1 node" if n_nodes == 1 else f"{n_nodes} nodes"
        title = f"tree {self._tree + 1} of {self._n_trees}, depth {depth}, {nodes}{self._left()}"
        with self._ctx.step(title, self._done(depth)):
            pass

    def _done(self, depth: int) -> float:
        return _BEGIN + _SHARE * (self._tree + depth / self._max_depth) / self._n_trees

    def _left(self) -> str:
        """Say how long it will take; nothing before a tree was measured."""
        if not self._seconds:
            return ""
        each, spent = sum(self._seconds) / len(self._seconds), time.monotonic() - self._start
        seconds = each * (self._n_trees - self._tree - 1) + max(0.0, each - spent)
        if seconds < _MINUTE_S:
            return f", about {seconds:.0f} s left"
        return f", about {seconds / 60:.0f} min left"
