"""Threads of this process for loops that run without the interpreter's lock."""

import functools
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

VARIABLE = "HANSE_MODULAR_THREADS"
T = TypeVar("T")


def on_all(work: Callable[[slice], T], count: int, least: int, multiple: int = 1) -> list[T]:
    """Do `work` on parts of `count` numbers, a thread each; results in order.

    Parameters
    ----------
    least
        Fewer numbers are not worth a thread of their own.
    multiple
        Of which a part's length is one, except for the last part's.
    """
    n_parts = min(threads(), count // least)
    if n_parts < 2:  # noqa: PLR2004
        return [work(slice(0, count))]
    step = -(-count // (n_parts * multiple)) * multiple
    return list(_pool().map(work, [slice(at, min(at + step, count)) for at in range(0, count, step)]))


def threads() -> int:
    """Threads to use: HANSE_MODULAR_THREADS, else the cores that this process may run on.

    Raises
    ------
    RuntimeError
        The variable is not a number of threads.
    """
    said = os.environ.get(VARIABLE) or str(_cores())
    if not said.isascii() or not said.isdigit() or said == "0":
        raise RuntimeError(f"{VARIABLE} is {said!r}; it may be 1 or more")
    return int(said)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="numbers")


os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not live on in a forked child
