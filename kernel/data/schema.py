"""Columns of a table and what they mean."""

from dataclasses import dataclass, replace

import pyarrow as pa

from kernel.core.errors import NotNumeric, UnknownColumn

_KINDS = {
    "int": pa.types.is_integer,
    "float": pa.types.is_floating,
    "bool": pa.types.is_boolean,
    "string": lambda t: pa.types.is_string(t) or pa.types.is_large_string(t),
    "date": lambda t: pa.types.is_timestamp(t) or pa.types.is_date(t),
    "tensor": lambda t: pa.types.is_fixed_size_list(t) or pa.types.is_list(t),
    "file": pa.types.is_binary,
}
NUMERIC = ("int", "float", "bool")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name and kind: int, float, bool, string, date, tensor or file."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns in order, the id column (strings, unique) and, where there is one, the label column."""

    columns: tuple[Column, ...]
    id_column: str
    label_column: str = ""

    @classmethod
    def of(cls, schema: pa.Schema, id_column: str, label_column: str = "") -> "Schema":
        """Read the kinds from an Arrow schema."""
        columns = []
        for field in schema:
            kind = next((name for name, matches in _KINDS.items() if matches(field.type)), None)
            if pa.types.is_null(field.type):
                raise UnknownColumn(
                    f"column {field.name!r} has no values",
                    hint="Fill the column in, or leave it out of the file. Nothing was imported.",
                )
            if kind is None:
                raise UnknownColumn(f"column {field.name!r} has the type {field.type}, which Hanse does not read")
            columns.append(Column(field.name, kind))
        return cls(tuple(columns), id_column, label_column)

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def features(self) -> tuple[str, ...]:
        """All columns but the id and the label."""
        return tuple(name for name in self.names if name not in (self.id_column, self.label_column))

    def kind(self, name: str) -> str:
        """Kind of a column.

        Raises
        ------
        UnknownColumn
            There is no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column.kind
        raise UnknownColumn(f"there is no column {name!r}")

    def numeric_features(self, chosen: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Check that the chosen features (all of them when none is chosen) are numbers.

        Raises
        ------
        UnknownColumn, NotNumeric
            With the names of the columns.
        """
        names = chosen or self.features
        wrong = [name for name in names if self.kind(name) not in NUMERIC]
        if wrong:
            raise NotNumeric(f"not numbers: {', '.join(wrong)}")
        return names

    def with_columns(self, columns: tuple[Column, ...]) -> "Schema":
        """Return the same meaning of columns over other columns."""
        names = {column.name for column in columns}
        return replace(self, columns=columns, label_column=self.label_column if self.label_column in names else "")
