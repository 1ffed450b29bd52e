"""Data sets of this member, as the board remembers them: descriptions, never rows."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the kernel found it."""

    name: str
    type: str
    missing: int = 0
    distinct: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a record stands on the ledger; empty when there is none."""

    transaction: str = ""
    block: int = 0


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set at rest in the own kernel; `version` is the SHA-256 of its content."""

    data_set: str
    name: str
    rows: int
    columns: tuple[Column, ...]
    id_column: str
    label_column: str
    version: str
    bytes: int
    visibility: str = "private"
    created_ms: int = 0
    created_by: str = ""
    resource: Proof = field(default_factory=Proof)
    series: str = ""  # the first version's id; all versions of a data set share it
    number: int = 1
    tags: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()  # members that may read the description, when chosen ones may
    origin: str = ""  # where it came from, for people: a file's name, a path, a table; never a password

    @property
    def first(self) -> str:
        """The id of its first version."""
        return self.series or self.data_set

    @property
    def usable_columns(self) -> tuple[str, ...]:
        """Names of all columns but the id."""
        return tuple(column.name for column in self.columns if column.name != self.id_column)

    @property
    def offered_columns(self) -> tuple[str, ...]:
        """Columns as partners may read them, "name:type"; the id column is not named."""
        return tuple(f"{column.name}:{column.type}" for column in self.columns if column.name != self.id_column)


@dataclass(frozen=True, slots=True)
class JobUse:
    """A job that was allowed to read a data set of ours; `member` started it."""

    job: str
    project: str
    member: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """How a column differs from the version before: added, removed or retyped."""

    name: str
    change: str
    before: str = ""
    after: str = ""


def compare(before: DataSet, after: DataSet) -> list[ColumnChange]:
    """List what a new version's columns have changed; flows that name a removed or retyped column need a look."""
    old = {column.name: column.type for column in before.columns}
    new = {column.name: column.type for column in after.columns}
    changes = [ColumnChange(name, "removed", kind) for name, kind in old.items() if name not in new]
    changes += [ColumnChange(name, "added", "", kind) for name, kind in new.items() if name not in old]
    changes += [
        ColumnChange(name, "retyped", old[name], kind) for name, kind in new.items() if old.get(name, kind) != kind
    ]
    return changes
