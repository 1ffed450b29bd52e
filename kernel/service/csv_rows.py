"""Reads a text file in bounded memory; a type that nobody has told is found over the whole file first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from common.errors import InvalidInput
from common.tables.rows import Rows
from kernel.service.csv_file import (
    BadHeader,
    BadType,
    RaggedFile,
    Reading,
    check_encoding,
    check_header,
    detect_delimiter,
    detect_encoding,
)
from kernel.service.csv_types import Converter, Kinds

_BLOCK = 4 << 20  # bytes of the file at a time; a line must fit in
_KINDS = {
    "int": pa.int64(),
    "float": pa.float64(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "date": pa.timestamp("us"),
}


def open_text(path: Path, reading: Reading) -> Rows:
    """Open a text file whose first line names the columns.

    Raises
    ------
    RaggedFile, BadEncoding, BadHeader, BadType
        With line and column, counted from 1.
    """
    encoding = reading.encoding or detect_encoding(path)
    check_encoding(path, encoding)
    file = _TextFile(path, encoding, reading.delimiter or detect_delimiter(path, encoding), reading)
    known = {name: _arrow_type(kind) for name, kind in reading.types.items()}
    names = file.names()
    types = {name: known[name] for name in names if name in known}
    types |= file.find_types([name for name in names if name not in known])
    return Rows(pa.schema([(name, types[name]) for name in names]), lambda wanted: file.batches(types, wanted))


class _TextFile:
    """A file of known encoding and separator."""

    def __init__(self, path: Path, encoding: str, delimiter: str, reading: Reading) -> None:
        self._path, self._encoding, self._delimiter = path, encoding, delimiter
        self._nulls = {"null_values": [""]} if reading.only_empty_is_missing else {}

    def names(self) -> list[str]:
        """Read the header."""
        with self._open({"strings_can_be_null": True}) as reader:
            names: list[str] = reader.schema.names
        check_header(names)
        return names

    def find_types(self, names: list[str]) -> dict[str, pa.DataType]:
        """Return the narrowest type of each column that takes all of its values."""
        kinds = Kinds(names, Converter(self._nulls))
        if names:
            for texts in self._texts(names):
                kinds.narrow(texts)
            if kinds.doubtful:
                for texts in self._texts(kinds.doubtful):
                    kinds.settle(texts)
        return kinds.types()

    def batches(self, types: Mapping[str, pa.DataType], wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read some columns."""
        told = {"column_types": types, "include_columns": list(wanted), "strings_can_be_null": True, **self._nulls}
        with self._open(told) as reader:
            yield from reader

    def _texts(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Read some columns as they stand in the file."""
        told = {"column_types": dict.fromkeys(names, pa.string()), "include_columns": list(names)}
        with self._open(told) as reader:
            yield from reader

    @contextmanager
    def _open(self, told: Mapping[str, object]) -> Iterator[csv.CSVStreamingReader]:
        ragged: list[csv.InvalidRow] = []

        def refuse(row: csv.InvalidRow) -> str:
            ragged.append(row)
            return "error"

        parsing = csv.ParseOptions(delimiter=self._delimiter, invalid_row_handler=refuse, newlines_in_values=True)
        options = csv.ReadOptions(encoding=self._encoding, use_threads=False, block_size=_BLOCK)
        try:
            with csv.open_csv(self._path, options, parsing, csv.ConvertOptions(**told)) as reader:
                yield reader
        except pa.ArrowInvalid as error:
            if ragged:
                row = ragged[0]
                line = f"line {row.number}: " if row.number else ""
                found = f"{row.actual_columns} fields where the header has {row.expected_columns}"
                raise RaggedFile(f"{line}{found}") from error
            if "straddling" in str(error):
                detail = f"a line has more than {_BLOCK} bytes: perhaps a double quote is not closed"
                raise RaggedFile(detail) from error
            if "conversion error" in str(error):
                raise BadType(_without_value(str(error))) from None
            raise BadHeader(f"the file cannot be read as CSV: {error}") from error


def _arrow_type(kind: str) -> pa.DataType:
    if kind not in _KINDS:
        raise InvalidInput(f"{kind!r} is no type", hint=f"Use one of {', '.join(_KINDS)}.")
    return _KINDS[kind]


def _without_value(words: str) -> str:
    """Say where a conversion failed, and not what stands there: the words end up in logs."""
    place = re.search(r"column #(\d+)(?:: Row #(\d+))?|Row #(\d+)", words)
    kind = re.search(r"conversion error to (\w+)", words)
    column = place.group(1) if place else None
    row = (place.group(2) or place.group(3)) if place else None
    where = f"line {row}, " if row else ""
    what = kind.group(1) if kind else "the type"
    return f"{where}column {int(column) + 1 if column else '?'}: a value is not {what}"
