"""The own kernel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from board.domain.data_sets import DataSet
from board.service.ports.data import Database, FolderEntry, Order, Reading, Staged, Upload
from common.disk import DiskUse


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Which lines of a task's log; attempt 0 is the newest."""

    attempt: int = 0
    text: str = ""
    level: str = ""
    after: int = 0
    limit: int = 0  # 0: as many as the kernel gives at once


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines that match, with their numbers; `first_error` is its place among the matching ones, 0: none."""

    lines: list[str]
    numbers: list[int]
    next_line: int
    matching: int
    total: int
    first_error: int
    attempts: list[int]


class Kernel(Protocol):
    """The own kernel."""

    def catalogue(self) -> list[dict[str, Any]]:
        """Return the manifests of all components."""
        ...

    def import_file(self, upload: Upload, chunks: Iterable[bytes]) -> DataSet:
        """Import a file and describe what came of it."""
        ...

    def begin_upload(self, upload: str, file_name: str, total_bytes: int, sha256: str) -> Staged:
        """Make room for a file that comes in pieces."""
        ...

    def put_upload(self, upload: str, offset: int, sha256: str, chunks: Iterable[bytes]) -> Staged:
        """Hand a piece on as it arrives."""
        ...

    def upload(self, upload: str) -> Staged:
        """Return how far it is."""
        ...

    def drop_upload(self, upload: str) -> None:
        """Delete it."""
        ...

    def folder(self, path: str) -> tuple[list[FolderEntry], list[str]]:
        """Return what lies in an opened folder ("": the opened folders), and the opened databases."""
        ...

    def stage_path(self, upload: str, path: str) -> Staged:
        """Let a file of an opened folder wait."""
        ...

    def stage_query(self, upload: str, source: Database) -> Staged:
        """Read rows from an opened database."""
        ...

    def detect(self, upload: str, reading: Reading) -> dict[str, Any]:
        """Return what the beginning of a staged file says."""
        ...

    def import_upload(self, upload: str, order: Order) -> DataSet:
        """Make a data set of a staged file."""
        ...

    def statistics(self, data_set: str) -> list[dict[str, Any]]:
        """Return the columns' numbers."""
        ...

    def preview(self, data_set: str, rows: int) -> bytes:
        """Return the first rows as an Arrow IPC stream."""
        ...

    def delete(self, data_set: str) -> None:
        """Delete a data set."""
        ...

    def report(self, job: str, task: str) -> list[dict[str, Any]]:
        """Return the report blocks of a task of this member."""
        ...

    def output(self, job: str, task: str, port: str, form: str) -> Iterator[bytes]:
        """Yield an output of this member in chunks."""
        ...

    def disks(self) -> list[DiskUse]:
        """Tell what data sets and jobs take."""
        ...

    def logs(self, job: str, task: str, wanted: LogSearch) -> LogPage:
        """Return lines of a task's log."""
        ...

    def version(self, data_set: str) -> str:
        """Return the version of a data set as it lies there now; raises NotFound."""
        ...

    def room(self) -> DiskUse:
        """Return the room of the disk on which tasks work; what lies there is not added up."""
        ...

    def ping(self) -> None:
        """Raise when it does not answer."""
        ...
