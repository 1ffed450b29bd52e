"""Files as tables: CSV with every value kept as its text, so that ids keep leading zeros; Parquet as it is."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from fusion.domain.errors import BadFile

_MAGIC = b"PAR1"


def read_file(path: Path, file_name: str) -> pa.Table:
    """Read an uploaded file.

    Raises
    ------
    BadFile
        With the line and what was found there.
    """
    with path.open("rb") as stream:
        parquet = stream.read(len(_MAGIC)) == _MAGIC
    if not parquet and file_name.lower().endswith((".parquet", ".pq")):
        raise BadFile("the file's name says Parquet, its content does not")
    try:
        table = pa.parquet.read_table(path) if parquet else _read_csv(path)
    except (pa.ArrowException, OSError) as problem:
        raise BadFile(f"{file_name}: {problem}") from problem
    names = table.column_names
    if len(set(names)) != len(names) or not all(names):
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise BadFile(f"line 1: {'column ' + doubled[0] + ' occurs twice' if doubled else 'a column has no name'}")
    if not table.num_rows:
        raise BadFile("the file has no rows")
    return table


def _read_csv(path: Path) -> pa.Table:
    header = _check_text(path)
    wrong: list[str] = []

    def tell(row: pa.csv.InvalidRow) -> str:
        wrong.append(f"line {row.number}: {row.actual_columns} values where the header has {row.expected_columns}")
        return "error"

    names = _header(header)
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    # One thread, as only then the rows have numbers.
    parse = pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=tell)
    try:
        return pa.csv.read_csv(path, pa.csv.ReadOptions(use_threads=False), parse, options)
    except pa.ArrowInvalid as problem:
        raise BadFile(wrong[0] if wrong else str(problem).splitlines()[0]) from problem


def _header(line: bytes) -> list[str]:
    read = pa.csv.read_csv(pa.BufferReader(line if line.endswith(b"\n") else line + b"\n"))
    return list(read.column_names)


def _check_text(path: Path) -> bytes:
    """Return the header's line; raises BadFile at the first byte that is not UTF-8."""
    header = b""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if number == 1:
                header = line.removeprefix(b"\xef\xbb\xbf")
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as problem:
                found = line[problem.start : problem.start + 1].hex()
                raise BadFile(
                    f"line {number}, byte {problem.start + 1}: 0x{found} is not UTF-8",
                    hint="Save the file as UTF-8 and upload it again.",
                ) from problem
            if b"\0" in line:
                raise BadFile(f"line {number}: a zero byte; this is no text file")
    if not header.strip():
        raise BadFile("the file is empty, or has no header line")
    return header
