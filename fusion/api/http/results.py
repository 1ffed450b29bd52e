"""Downloads of results."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from flask import Response

from common.http.operation import download
from fusion.api.http.paths import CHUNK


def sent(path: Path, form: str) -> Response:
    """Send a Parquet file as it is, or as CSV."""
    chunks, media = (_csv(path), "text/csv") if form == "csv" else (_raw(path), "application/vnd.apache.parquet")
    return download(chunks, media, f"{path.stem}.{form}")


def _raw(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _csv(path: Path) -> Iterator[bytes]:
    with pa.parquet.ParquetFile(path) as file:
        yield _csv_of(pa.Table.from_batches([], file.schema_arrow), header=True)
        for batch in file.iter_batches():
            yield _csv_of(pa.Table.from_batches([batch]), header=False)


def _csv_of(table: pa.Table, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=header))
    return bytes(sink.getvalue().to_pybytes())
