"""Opens a file of any kind that is read here."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from common.errors import InvalidInput
from common.tables.parquet_rows import open_parquet
from common.tables.rows import Rows
from common.tables.workbook import check_unpacked
from kernel.core.errors import UnknownColumn
from kernel.service.csv_file import Reading
from kernel.service.csv_rows import open_text

TEXT = (".csv", ".txt", ".tsv")
_ROWS = 1 << 16


def open_rows(path: Path, kind: str, reading: Reading) -> Rows:
    """Open a file of a kind: .csv (.txt, .tsv), .parquet or .xlsx.

    Raises
    ------
    InvalidInput
        It is of another kind, or not what its kind says.
    """
    if kind in TEXT:
        return open_text(path, reading)
    if kind not in _BINARY:
        raise InvalidInput(f"{kind or 'a file without ending'} is not read here", hint="Use .csv, .parquet or .xlsx.")
    with _refusing(kind):
        rows = _BINARY[kind](path)

    def batches(wanted: list[str]) -> Iterator[pa.RecordBatch]:
        with _refusing(kind):
            yield from rows.batches(wanted)

    return Rows(rows.schema, batches)


@contextmanager
def _refusing(kind: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, ValueError, KeyError, zipfile.BadZipFile, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's; Arrow's own words about torn pages have no number
        raise InvalidInput(f"the file cannot be read as {kind}: {error}") from error


def _open_workbook(path: Path) -> Rows:
    """Read a whole workbook: it has at most a million rows, and what it unpacks to is limited."""
    import pandas as pd

    check_unpacked(path)
    table = pa.Table.from_pandas(pd.read_excel(path), preserve_index=False).replace_schema_metadata(None)
    return Rows(table.schema, lambda wanted: iter(table.select(wanted).to_batches(_ROWS)))


def _open_parquet(path: Path) -> Rows:
    return open_parquet(path, UnknownColumn)


_BINARY = {".parquet": _open_parquet, ".xlsx": _open_workbook}
