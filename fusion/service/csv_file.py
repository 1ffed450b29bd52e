"""CSV files, a block at a time: every value is kept as its text, so that ids keep leading zeros.

Values stand between commas; where the header has none, between semicolons or tabs, as spreadsheets of many countries
write them.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from fusion.domain.errors import BadFile
from fusion.service.text_encoding import Encoding

_BLOCK = 4 << 20  # a row has to fit into one


def csv_batches(path: Path, encoding: Encoding) -> Iterator[pa.RecordBatch]:
    """Yield a file's rows; the first batch may be empty, and says the columns.

    Raises
    ------
    BadFile
        With the line and what was found there.
    """
    header = encoding.header.encode()
    delimiter = _delimiter(header)
    names = _header(header, delimiter)
    wrong: list[str] = []

    def tell(row: pa.csv.InvalidRow) -> str:
        wrong.append(f"line {row.number}: {row.actual_columns} values where the header has {row.expected_columns}")
        return "error"

    yield pa.record_batch([pa.array([], pa.string()) for _ in names], names=names)
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    # One thread, as only then the rows have numbers.
    read = pa.csv.ReadOptions(use_threads=False, block_size=_BLOCK, encoding=encoding.codec)
    parse = pa.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=tell)
    try:
        with pa.csv.open_csv(path, read, parse, options) as reader:
            yield from reader
    except pa.ArrowInvalid as problem:
        told = str(problem).splitlines()[0]
        if "straddles" in told:
            told = f"a row has more than {_BLOCK} bytes; perhaps a quotation mark is not closed"
        raise BadFile(wrong[0] if wrong else told) from problem


def _delimiter(header: bytes) -> str:
    """Return the first of comma, semicolon and tab that parts the header into columns; quoted ones do not."""
    return next((sign for sign in ",;\t" if len(_header(header, sign)) > 1), ",")


def _header(line: bytes, delimiter: str) -> list[str]:
    options = pa.csv.ParseOptions(delimiter=delimiter)
    read = pa.csv.read_csv(pa.BufferReader(line if line.endswith(b"\n") else line + b"\n"), parse_options=options)
    return list(read.column_names)
