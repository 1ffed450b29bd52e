"""Looks at the beginning of a file: encoding, delimiter, types, first rows, and what will be troublesome."""

import codecs
import itertools
import math
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from common.errors import HanseError
from kernel.service.csv_file import Reading, check_name, detect_delimiter, detect_encoding
from kernel.service.csv_rows import open_text
from kernel.service.files import TEXT, open_rows

_SAMPLE = 1 << 20
_ROWS = 20
_KINDS = (
    (pa.types.is_boolean, "bool"),
    (pa.types.is_integer, "int"),
    (pa.types.is_floating, "float"),
    (pa.types.is_decimal, "float"),
    (pa.types.is_temporal, "date"),
)


def detect(path: Path, kind: str, reading: Reading) -> dict[str, Any]:
    """Describe a file by its first mebibyte; `problem` says what keeps it from being read, if something does."""
    found: dict[str, Any] = {
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
        "columns": [],
        "rows": [],
        "sampled": 0,
        "complete": False,
        "problem": None,
        "notes": [],
    }
    try:
        table = _text(path, reading, found) if kind in TEXT else _binary(path, kind, found)
    except HanseError as error:
        found["problem"] = {"code": error.code, "detail": error.detail, "hint": error.hint}
        return found
    found["columns"] = [_column(table, name) for name in table.column_names]
    found["rows"] = [[_cell(value) for value in row.values()] for row in table.slice(0, _ROWS).to_pylist()]
    found["sampled"] = table.num_rows
    found["notes"] = [
        {"column": column["name"], "note": note}
        for column in found["columns"]
        for note in _notes(column, table.num_rows)
    ]
    return found


def _text(path: Path, reading: Reading, found: dict[str, Any]) -> pa.Table:
    encoding = found["encoding"] = reading.encoding or detect_encoding(path)
    check_name(encoding)
    delimiter = found["delimiter"] = reading.delimiter or detect_delimiter(path, encoding)
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE + 1)
    found["complete"] = len(sample) <= _SAMPLE
    if not found["complete"]:
        sample = _whole_lines(sample, encoding)
    with tempfile.NamedTemporaryFile(suffix=".csv") as part:
        part.write(sample)
        part.flush()
        settings = Reading(encoding, delimiter, reading.types, reading.only_empty_is_missing)
        return open_text(Path(part.name), settings).table()


def _whole_lines(sample: bytes, encoding: str) -> bytes:
    """Cut a sample after its last whole line, or its last whole sign: in UTF-16 a line's end has two bytes."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return sample  # whose reader will say where
    return (text[: text.rfind("\n") + 1] or text).encode(encoding)


def _binary(path: Path, kind: str, found: dict[str, Any]) -> pa.Table:
    rows = open_rows(path, kind, Reading())
    batches = list(itertools.islice(rows.batches(rows.schema.names), 2))
    found["complete"] = len(batches) < 2  # noqa: PLR2004
    return pa.Table.from_batches(batches[:1], rows.schema)


def _column(table: pa.Table, name: str) -> dict[str, Any]:
    column = table.column(name)
    kind = next((word for matches, word in _KINDS if matches(column.type)), "string")
    uncounted = pa.types.is_nested(column.type) or pa.types.is_null(column.type)
    distinct = 0 if uncounted else pc.count_distinct(column.drop_null()).as_py()
    return {"name": name, "type": kind, "missing": column.null_count, "distinct": distinct}


def _notes(column: dict[str, Any], rows: int) -> list[str]:
    if rows and column["missing"] == rows:
        return ["empty"]
    notes = ["constant"] if rows > 1 and column["distinct"] == 1 and not column["missing"] else []
    if rows and column["distinct"] == rows and not column["missing"]:
        notes.append("unique")
    return notes


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:200]
