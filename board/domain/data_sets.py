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

    @property
    def offered_columns(self) -> tuple[str, ...]:
        """Columns as partners may read them, "name:type"; the id column is not named."""
        return tuple(f"{column.name}:{column.type}" for column in self.columns if column.name != self.id_column)
