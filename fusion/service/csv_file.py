"""CSV files, a block at a time: every value is kept as its text, so that ids keep leading zeros.

Values stand between commas; where the header has none, between semicolons or tabs, as spreadsheets of many countries
write them.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from fusion.domain.errors import BadFile

_BLOCK = 4 << 20  # a row has to fit into one
_LONGEST_HEADER = 1 << 20
_BOM = b"\xef\xbb\xbf"


def csv_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield a file's rows; the first batch may be empty, and says the columns.

    Raises
    ------
    BadFile
        With the line and what was found there.
    """
    header = _check_text(path)
    delimiter = _delimiter(header)
    names = _header(header, delimiter)
    wrong: list[str] = []

    def tell(row: pa.csv.InvalidRow) -> str:
        wrong.append(f"line {row.number}: {row.actual_columns} values where the header has {row.expected_columns}")
        return "error"

    yield pa.record_batch([pa.array([], pa.string()) for _ in names], names=names)
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    # One thread, as only then the rows have numbers.
    read = pa.csv.ReadOptions(use_threads=False, block_size=_BLOCK)
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


def _check_text(path: Path) -> bytes:
    """Return the header's line; raises BadFile at the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, before, header = 1, 0, b""  # before: bytes of the line at hand that earlier blocks had
    with path.open("rb") as stream:
        header = stream.readline(_LONGEST_HEADER).removeprefix(_BOM)
        stream.seek(0)
        while block := stream.read(_BLOCK):
            held = len(decoder.getstate()[0])
            zero = block.find(b"\0")
            try:
                decoder.decode(block)
            except UnicodeDecodeError as problem:
                place = problem.start - held
                if zero < 0 or place < zero:
                    _refuse(block, max(place, 0), line, before + min(place, 0))
            if zero >= 0:
                number = line + block.count(b"\n", 0, zero)
                raise BadFile(f"line {number}: a zero byte; this is no text file")
            line += block.count(b"\n")
            last = block.rfind(b"\n")
            before = len(block) - last - 1 if last >= 0 else before + len(block)
    if decoder.getstate()[0]:
        raise BadFile(f"line {line}: the file ends within a letter; it is cut off")
    if not header.strip():
        raise BadFile("the file is empty, or has no header line")
    if len(header) >= _LONGEST_HEADER:
        raise BadFile(f"line 1: the header has {_LONGEST_HEADER} bytes or more")
    return header


def _refuse(block: bytes, place: int, line: int, before: int) -> None:
    start = block.rfind(b"\n", 0, place) + 1
    byte = place - start + 1 + (before if not start else 0)
    number = line + block.count(b"\n", 0, place)
    raise BadFile(
        f"line {number}, byte {byte}: 0x{block[place : place + 1].hex()} is not UTF-8",
        hint="Save the file as UTF-8 (in Excel: Save as, CSV UTF-8) and upload it again.",
    )
