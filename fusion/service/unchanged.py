"""Whether the file of a data set is still the one that was kept: another one must never be aligned in its place."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from fusion.domain.errors import DataSetChanged
from fusion.domain.models import DataSet

_Stamp = tuple[int, int, int, int]


def digest_of(place: Path) -> tuple[int, str]:
    """Return a file's bytes and the SHA-256 of its contents."""
    with place.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return stream.tell(), digest


class Unchanged:
    """Looks at files' sizes and moments; where those are new in this process, at all of the contents, too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, _Stamp] = {}

    def check(self, known: DataSet, place: Path) -> None:
        """See that a file is the one that was kept as a data set.

        Raises
        ------
        DataSetChanged
            It is gone, or another one.
        """
        try:
            stamp = _stamp(place)
            with self._lock:
                if self._seen.get(known.data_set) == stamp:
                    return
            same = stamp[1] == known.held_bytes and digest_of(place) == (known.held_bytes, known.sha256)
        except FileNotFoundError as problem:
            raise DataSetChanged(f"the file of data set {known.name} is gone") from problem
        if not same:
            raise DataSetChanged(f"the file of data set {known.name} is not the one that was uploaded")
        with self._lock:  # as it was before it was looked through: what is written meanwhile has another stamp
            self._seen[known.data_set] = stamp

    @contextmanager
    def reading(self, known: DataSet, place: Path) -> Iterator[Path]:
        """Check a file before it is read, and afterwards, since somebody may change it meanwhile."""
        self.check(known, place)
        try:
            yield place
        except (pa.ArrowException, FileNotFoundError):
            self.check(known, place)  # the better word for what a file is that changes while it is read
            raise
        self.check(known, place)

    def forget(self, data_set: str) -> None:
        """Know nothing any more of one that is deleted."""
        with self._lock:
            self._seen.pop(data_set, None)


def _stamp(place: Path) -> _Stamp:
    """Return what changes with every write: a file's number, its bytes, and when it and its entry were changed."""
    found = place.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
