"""Pages of a task's log: found by text and level without reading a million lines into objects."""

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LEVELS = {"warning": rb'"level": "(?:warning|error)"', "error": rb'"level": "error"'}


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines of a log; `numbers` count from 1, `first_error` is its place among the matching lines, 0: none."""

    lines: list[str]
    numbers: list[int]
    matching: int
    total: int
    first_error: int


def read_page(path: Path, *, text: str = "", level: str = "", after: int = 0, size: int = 1000) -> LogPage:
    """Read the lines that match, from the one after `after` on."""
    if not path.stat().st_size:
        return LogPage([], [], 0, 0, 0)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))  # a line that is still written does not count
        found: NDArray[np.intp] = np.arange(len(ends))
        if level in _LEVELS:
            found = _lines_with(data, _LEVELS[level], ends)
        if text:
            found = np.intersect1d(found, _lines_with(data, b"(?i)" + re.escape(text.encode()), ends))
        errors = np.isin(found, _lines_with(data, _LEVELS["error"], ends))
        page = found[after : after + size]
        lines = [data[(int(ends[n - 1]) + 1 if n else 0) : int(ends[n])].decode("utf-8", "replace") for n in page]
    first = int(np.argmax(errors)) + 1 if errors.any() else 0
    return LogPage(lines, [int(n) + 1 for n in page], len(found), len(ends), first)


def _lines_with(data: mmap.mmap, pattern: bytes, ends: NDArray[np.intp]) -> NDArray[np.intp]:
    places = np.fromiter((match.start() for match in re.finditer(pattern, data)), np.intp)
    lines = np.unique(np.searchsorted(ends, places))
    return lines[lines < len(ends)]
