"""What fusion needs to keep: ports of its stores."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from fusion.domain.models import DataSet, Partner, Task


class PartnerStore(Protocol):
    """Partners by node."""

    def put(self, partner: Partner) -> None:
        """Add or replace one."""
        ...

    def change(self, node: str, **values: Any) -> bool:
        """Change fields of one in one step; False when there is none."""
        ...

    def find(self, node: str) -> Partner | None:
        """Return one."""
        ...

    def all(self) -> list[Partner]:
        """Return all, by name."""
        ...

    def delete(self, node: str) -> bool:
        """Delete one; False when there is none."""
        ...


class DataSetStore(Protocol):
    """What is known of the files."""

    def add(self, data_set: DataSet) -> None:
        """Add one."""
        ...

    def find(self, data_set: str) -> DataSet | None:
        """Return one."""
        ...

    def all(self) -> list[DataSet]:
        """Return all, newest first."""
        ...

    def delete(self, data_set: str) -> None:
        """Delete one."""
        ...


class TaskStore(Protocol):
    """Alignments."""

    def add(self, task: Task) -> bool:
        """Add one; False when its id is taken."""
        ...

    def find(self, task: str) -> Task | None:
        """Return one."""
        ...

    def page(self, after: str, limit: int) -> list[Task]:
        """Return a page after a task, newest first."""
        ...

    def in_states(self, states: Sequence[str]) -> list[Task]:
        """Return all in these states, oldest first."""
        ...

    def untold(self) -> list[Task]:
        """Return the ended ones whose partner does not know yet."""
        ...

    def change(self, task: str, only_in: Sequence[str], **values: Any) -> bool:
        """Change fields in one step; False when the task is in none of these states (any more)."""
        ...


class WorkFiles(Protocol):
    """Files of an alignment; what is secret has mode 0600 and goes when the alignment ends."""

    def write(self, task: str, name: str, content: bytes) -> None:
        """Write a secret file as a whole."""
        ...

    def read(self, task: str, name: str) -> bytes | None:
        """Read a secret file; None when there is none."""
        ...

    def append(self, task: str, name: str, content: bytes) -> None:
        """Add to a secret file."""
        ...

    def sizes(self, task: str, start: str) -> list[int]:
        """Bytes of each file whose name begins so."""
        ...

    def lock(self, task: str, name: str, content: bytes) -> None:
        """Write a secret file as a whole, encrypted under the node's key."""
        ...

    def unlock(self, task: str, name: str) -> bytes | None:
        """Read what `lock` wrote; None when there is none."""
        ...

    def forget(self, task: str) -> None:
        """Delete all secret files."""
        ...

    def kept(self) -> list[str]:
        """Return the alignments that have secret files."""
        ...

    def result(self, task: str) -> Path:
        """Place of the result (Parquet)."""
        ...

    def table(self, data_set: str) -> Path:
        """Place of a data set (Parquet)."""
        ...

    def incoming(self, chunks: Iterable[bytes], limit: int) -> Path:
        """Write an upload to a new file; raises BadFile when it is longer than the limit or the disk is full."""
        ...
