"""Reads a CSV file: finds its encoding, refuses ragged or mis-encoded lines by naming line and column."""

import codecs
from pathlib import Path

import pyarrow as pa
from charset_normalizer import from_bytes
from pyarrow import csv

from common.errors import HanseError

_SAMPLE = 1 << 18
_BLOCK = 1 << 20
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class RaggedFile(HanseError):
    """A line has more or fewer fields than the header."""

    code = "HAN-4201"
    title = "A line has the wrong number of fields"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Correct the line (a field that holds a comma needs double quotes) and import again. Nothing was imported."


class BadEncoding(HanseError):
    """Bytes that are not text in the file's encoding."""

    code = "HAN-4202"
    title = "The file is not text in this encoding"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Save the file as UTF-8, or name its encoding. Nothing was imported."


class BadHeader(HanseError):
    """Column names that are empty or repeated."""

    code = "HAN-4203"
    title = "Unusable header"
    status = "INVALID_ARGUMENT"
    http = 422
    hint = "Give each column a name of its own in the first line. Nothing was imported."


def read_csv(path: Path, encoding: str = "") -> pa.Table:
    """Read a CSV file whose first line names the columns; types are inferred over the whole file.

    Raises
    ------
    RaggedFile, BadEncoding, BadHeader
        With line and column, counted from 1.
    """
    encoding = encoding or _detect(path)
    _check_encoding(path, encoding)
    ragged: list[csv.InvalidRow] = []

    def refuse(row: csv.InvalidRow) -> str:
        ragged.append(row)
        return "error"

    try:
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(encoding=encoding, use_threads=False),
            parse_options=csv.ParseOptions(invalid_row_handler=refuse, newlines_in_values=True),
            convert_options=csv.ConvertOptions(strings_can_be_null=True),
        )
    except pa.ArrowInvalid as error:
        if ragged:
            row = ragged[0]
            line = f"line {row.number}: " if row.number else ""
            raise RaggedFile(
                f"{line}{row.actual_columns} fields where the header has {row.expected_columns}"
            ) from error
        raise BadHeader(f"the file cannot be read as CSV: {error}") from error
    _check_header(table.column_names)
    return table


def _detect(path: Path) -> str:
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(sample)
    except UnicodeDecodeError:
        best = from_bytes(sample).best()
        return best.encoding if best else "utf-8"
    return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8"


def _check_encoding(path: Path, encoding: str) -> None:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise BadEncoding(f"there is no encoding {encoding!r}") from None
    line, column = 1, 1
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(_BLOCK), b""):
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "replace")
                line += good.count("\n")
                column = len(good) - good.rfind("\n") if "\n" in good else column + len(good)
                found = error.object[error.start : error.start + 1].hex()
                raise BadEncoding(f"line {line}, column {column}: byte 0x{found} is not {encoding}") from None
            line += text.count("\n")
            column = len(text) - text.rfind("\n") if "\n" in text else column + len(text)


def _check_header(names: list[str]) -> None:
    if len(names) == 1 and (found := next((words for mark, words in _SEPARATORS.items() if mark in names[0]), "")):
        raise BadHeader(
            f"line 1: the columns are separated by {found}, not by commas",
            hint="Save the file with commas between the fields and import again. Nothing was imported.",
        )
    for index, name in enumerate(names):
        if not name.strip():
            raise BadHeader(f"line 1, column {index + 1}: the column has no name")
        if name in names[:index]:
            raise BadHeader(f"line 1: two columns are named {name!r}")
