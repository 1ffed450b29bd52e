"""Pages of a task's log: found by text and level without reading a million lines into objects."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LEVELS = {"warning": (b'"level": "warning"', b'"level": "error"'), "error": (b'"level": "error"',)}
_BLOCK = 8 << 20
_LINE_END = b"\n"
_Lines = NDArray[np.intp]


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
        ends, matching, failing = list[_Lines](), list[_Lines](), list[_Lines]()
        start = total = 0
        for block in _blocks(data):
            local = np.flatnonzero(np.frombuffer(block, np.uint8) == ord(_LINE_END))
            errors = _lines_with(block, _LEVELS["error"], local)
            found: _Lines = np.arange(len(local))
            if level in _LEVELS:
                found = errors if level == "error" else _lines_with(block, _LEVELS[level], local)
            if text:
                # Bytes in small letters are searched many times faster than a pattern without regard to case.
                named = _lines_with(block.lower(), (text.encode().lower(),), local)
                found = np.intersect1d(found, named, assume_unique=True)
            ends.append(local + start)
            matching.append(found + total)
            failing.append(errors + total)
            start, total = start + len(block), total + len(local)
        if not total:
            return LogPage([], [], 0, 0, 0)
        found = np.concatenate(matching)
        stops = np.concatenate(ends)
        page = found[after : after + size]
        lines = [data[(int(stops[n - 1]) + 1 if n else 0) : int(stops[n])].decode("utf-8", "replace") for n in page]
        wrong = np.isin(found, np.concatenate(failing), assume_unique=True)
    first = int(np.argmax(wrong)) + 1 if wrong.any() else 0
    return LogPage(lines, [int(n) + 1 for n in page], len(found), total, first)


def _blocks(data: mmap.mmap) -> Iterator[bytes]:
    """Yield whole lines, some MiB at once; a line that is still written does not count."""
    start, last = 0, data.rfind(_LINE_END) + 1
    while start < last:
        stop = data.rfind(_LINE_END, start, min(start + _BLOCK, last)) + 1 or data.find(_LINE_END, start) + 1
        yield data[start:stop]
        start = stop


def _lines_with(block: bytes, words: tuple[bytes, ...], ends: _Lines) -> _Lines:
    places = [place for word in words for place in _places(block, word)]
    return np.unique(np.searchsorted(ends, np.array(places, np.intp)))


def _places(block: bytes, word: bytes) -> Iterator[int]:
    """Yield one place in each line that holds the word."""
    place = block.find(word)
    while place >= 0:
        yield place
        place = block.find(word, block.find(_LINE_END, place))
