"""What fusion needs to keep: ports of its stores."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from fusion.domain.egress import Sent
from fusion.domain.models import DataSet, Partner, Task
from fusion.domain.prepared import Table
from fusion.domain.schedules import Consent, Run, Schedule, Use


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
        """Delete one with the consents to its schedules, and let our own with it rest; False when there is none."""
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

    def hold(self, data_set: str, held_bytes: int, sha256: str) -> None:
        """Keep what its file is known by."""
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

    def page(self, after: str, limit: int, **same: str | bool) -> list[Task]:
        """Return a page after a task, newest first, of those whose fields are the same."""
        ...

    def in_states(self, states: Sequence[str]) -> list[Task]:
        """Return all in these states, oldest first."""
        ...

    def offered_by(self, partner: str, since_ms: int, states: Sequence[str] = ()) -> tuple[int, int]:
        """Count a partner's proposals since a moment, in these states or in any; returns also the oldest one's moment.

        Where there are none the moment is 0.
        """
        ...

    def untold(self) -> list[Task]:
        """Return the ended ones whose partner does not know yet."""
        ...

    def pauses_untold(self) -> list[Task]:
        """Return the open ones whose partner does not know yet that we have paused, or go on."""
        ...

    def change(
        self, task: str, only_in: Sequence[str], only_if: Mapping[str, Any] | None = None, **values: Any
    ) -> bool:
        """Change fields in one step.

        Returns
        -------
        bool
            False when the task is in none of these states, or has not these values (any more).
        """
        ...


class EgressStore(Protocol):
    """What left this node, by alignment and kind of step."""

    def add(self, sent: Sent) -> None:
        """Count in what was sent; `number` is not looked at."""
        ...

    def of(self, task: str) -> list[Sent]:
        """Return an alignment's, in the order in which each kind was first sent."""
        ...

    def sums(self, tasks: Sequence[str], what: str) -> dict[str, int]:
        """Return the bytes of one kind by alignment, where there are any."""
        ...

    def page(self, after: int, limit: int) -> list[Sent]:
        """Return a page of all, newest first; after a number, 0: from the newest on."""
        ...


class ScheduleStore(Protocol):
    """What repeats, here by the clock and there by a partner's."""

    def add(self, schedule: Schedule) -> None:
        """Add one."""
        ...

    def find(self, schedule: str) -> Schedule | None:
        """Return one."""
        ...

    def all(self) -> list[Schedule]:
        """Return all, newest first."""
        ...

    def enable(self, schedule: str, *, enabled: bool, next_ms: int) -> None:
        """Turn one on or off."""
        ...

    def delete(self, schedule: str) -> None:
        """Delete one with its runs."""
        ...

    def tick(self, schedule: Schedule, next_ms: int, runs: Sequence[Run]) -> bool:
        """Go on to the next tick and keep runs in one step; False when somebody else has."""
        ...

    def keep(self, run: Run) -> None:
        """Add a run, or put it in the place of the one of the same moment."""
        ...

    def runs(self, schedule: str, limit: int) -> list[Run]:
        """Return the last runs, newest first."""
        ...


class ConsentStore(Protocol):
    """Consents to later runs, by schedule and partner."""

    def put(self, consent: Consent) -> None:
        """Add one, or put it in the place of the one before."""
        ...

    def find(self, schedule: str, partner: str) -> Consent | None:
        """Return one."""
        ...

    def all(self) -> list[Consent]:
        """Return all, newest first."""
        ...

    def enable(self, schedule: str, partner: str, *, enabled: bool) -> None:
        """Turn one on or off."""
        ...

    def delete(self, schedule: str, partner: str) -> None:
        """Withdraw one."""
        ...

    def use(self, consent: Consent, recent: Sequence[Use]) -> bool:
        """Use up one run, and keep the uses of the last day; False when it is another consent by now, or used since."""
        ...


class LinkStore(Protocol):
    """How fast the way to each partner was."""

    def put(self, partner: str, bits_per_s: float, round_trip_s: float, measured_ms: int) -> None:
        """Keep what was measured."""
        ...

    def find(self, partner: str) -> tuple[float, float, int] | None:
        """Return bits/s, seconds and when it was measured (ms)."""
        ...


class TableStore(Protocol):
    """Tables that were prepared here, and partners' that are kept here."""

    def add(self, table: Table) -> None:
        """Add one."""
        ...

    def find(self, table: str) -> Table | None:
        """Return one."""
        ...

    def all(self) -> list[Table]:
        """Return all, newest first."""
        ...

    def change(self, table: str, only_in: Sequence[str], **values: Any) -> bool:
        """Change fields in one step; False when it is in none of these states, or gone."""
        ...

    def delete(self, table: str) -> None:
        """Delete one."""
        ...


class Shelves(Protocol):
    """The tables' contents, encrypted under the node's key."""

    def put(self, table: str, name: str, content: bytes) -> None:
        """Keep a part of a table as a whole; raises DiskFull."""
        ...

    def get(self, table: str, name: str) -> bytes | None:
        """Return a part; None when it is gone or damaged."""
        ...

    def has(self, table: str, name: str) -> bool:
        """Whether a part is there, damaged or not."""
        ...

    def drop(self, table: str) -> None:
        """Delete a table's parts."""
        ...

    def kept(self) -> list[str]:
        """Return the tables of which there is something."""
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

    def marks(self) -> list[Path]:
        """Return files beside data sets' that end in `.mark`."""
        ...

    def results(self) -> list[str]:
        """Return the alignments that have a file of a result."""
        ...

    def room(self, task: str, half: Path) -> AbstractContextManager[None]:
        """Give a full disk its name while a file is written otherwise; what is half-written goes.

        Raises
        ------
        DiskFull
            There is no room.
        """
        ...

    def scratch(self) -> Path:
        """Place of a new file that its maker deletes; what is left there goes at the next start."""
        ...

    def incoming(self, chunks: Iterable[bytes], limit: int) -> Path:
        """Write an upload to a new file; raises BadFile when it is longer than the limit or the disk is full."""
        ...
