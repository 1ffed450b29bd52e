"""Files on their way to a data set, batch by batch: CSV, Excel, Parquet; whatever their size, little memory."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from common.disk import is_full
from common.errors import InvalidInput
from common.tables.parquet_rows import TooLarge, open_parquet
from common.tables.workbook import sheet_rows
from fusion.domain.errors import RAISE_LIMIT, UPLOAD_AGAIN, BadFile, DiskFull
from fusion.service.csv_file import csv_batches
from fusion.service.sheets import only_sheet
from fusion.service.text_encoding import encoding_of

_PARQUET, _ZIP, _OLD_EXCEL = b"PAR1", b"PK\3\4", b"\xd0\xcf\x11\xe0"
_ENDINGS = {"parquet": (".parquet", ".pq"), "excel": (".xlsx", ".xlsm")}
_ROWS = 1 << 14
_MOST_COLUMNS = 10_000
_MOST_ROWS = 2**31 - 1  # a row's place is kept in 32 bits


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's kind, and its rows; the first batch may be empty, and says the columns.

    Parameters
    ----------
    detail
        Which sheet is read; or in which encoding a text file is, where that is not UTF-8.
    """

    source: str
    batches: Iterator[pa.RecordBatch]
    detail: str = ""


def open_file(path: Path, file_name: str, sheet: str = "", encoding: str = "") -> Opened:
    """Look what a file is.

    Parameters
    ----------
    sheet
        Of a workbook; empty: the one that has rows.
    encoding
        Of a text file, see `encoding_of`.

    Raises
    ------
    BadFile, ChooseSheet
        Its name or the wish for a sheet or an encoding do not fit its content; several sheets have rows.
    """
    with path.open("rb") as stream:
        start = stream.read(len(_PARQUET))
    if start == _OLD_EXCEL:
        raise BadFile("a workbook of Excel's old form", hint="Save it as .xlsx and add that.")
    source = {_PARQUET: "parquet", _ZIP: "excel"}.get(start, "csv")
    for kind, endings in _ENDINGS.items():
        if file_name.lower().endswith(endings) and source != kind:
            raise BadFile(f"the file's name says {kind.capitalize()}, its content does not")
    if sheet and source != "excel":
        raise BadFile("only a workbook has sheets", hint="Leave the sheet out.")
    if encoding and source != "csv":
        raise BadFile("only a text file (CSV) has an encoding", hint="Leave the encoding out.")
    if source == "excel":
        chosen = sheet or only_sheet(path)
        return Opened(source, _sheet_batches(path, chosen), chosen)
    if source == "parquet":
        return Opened(source, _parquet_batches(path))
    found = encoding_of(path, encoding)
    return Opened(source, csv_batches(path, found), found.name)


def write_table(opened: Opened, file_name: str, place: Path, most_bytes: int) -> tuple[int, pa.Schema]:
    """Write the rows as Parquet, as a whole or not at all; returns how many there are, and their columns.

    Raises
    ------
    BadFile
        With the line or row and what was found there.
    """
    part, rows = place.with_suffix(".part"), 0
    try:
        first = next(opened.batches)
        _check_names(first.schema.names)
        with pa.parquet.ParquetWriter(part, first.schema) as writer:
            for batch in itertools.chain([first], opened.batches):
                batch.validate(full=True)  # texts that are no UTF-8 would break whoever reads them
                rows += batch.num_rows
                if rows > _MOST_ROWS:
                    raise BadFile(f"more than {_MOST_ROWS} rows", hint="Split the file.")
                if batch.num_rows:
                    writer.write_batch(batch)
                if part.stat().st_size > most_bytes:  # a small file may unpack to any number of long texts
                    raise BadFile(f"the rows take more than {most_bytes} bytes", hint=RAISE_LIMIT)
        if not rows:
            raise BadFile("the file has no rows")
        part.replace(place)
    except (InvalidInput, TooLarge) as problem:  # of whoever reads the file's form
        raise BadFile(problem.detail, hint=problem.hint) from problem
    except (pa.ArrowException, OSError) as problem:
        if isinstance(problem, OSError) and is_full(problem):
            raise DiskFull(f"{file_name}: {problem.strerror}", hint=UPLOAD_AGAIN) from problem
        raise BadFile(f"{file_name}: {problem}") from problem
    finally:
        part.unlink(missing_ok=True)
    return rows, first.schema


def _check_names(names: list[str]) -> None:
    told = ""
    if len(set(names)) != len(names):
        told = f"column {min(name for name in names if names.count(name) > 1)} occurs twice"
    elif not names or not all(names):
        told = "a column has no name"
    elif len(names) > _MOST_COLUMNS:
        told = f"{len(names)} columns, at most {_MOST_COLUMNS} are taken"
    if told:
        raise BadFile(f"line 1: {told}")


def _parquet_batches(path: Path) -> Iterator[pa.RecordBatch]:
    rows = open_parquet(path)
    _check_names(rows.schema.names)  # they are asked for by name
    yield _empty(rows.schema)
    yield from rows.batches(rows.schema.names)


def _empty(schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)


def _sheet_batches(path: Path, sheet: str) -> Iterator[pa.RecordBatch]:
    rows = sheet_rows(path, sheet)
    names = next(rows, [])
    schema = pa.schema([(name, pa.string()) for name in names])
    yield _empty(schema)
    block: list[list[str]] = []
    for row in rows:
        block.append(row)
        if len(block) == _ROWS:
            yield _texts(block, schema)
            block = []
    yield _texts(block, schema)


def _texts(rows: list[list[str]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.record_batch([pa.array(list(column), pa.string()) for column in columns], schema=schema)
