"""Results: previews, downloads, and saving them at the board."""

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from flask import Response

from common.errors import InvalidInput
from common.http.models import BYTES
from common.http.operation import Resource, download
from fusion.api.http.paths import BASE, CHUNK, OWN
from fusion.api.http.schema_results import PreviewOut, PreviewQuery, ResultQuery, SavedOut, SaveIn
from fusion.domain.errors import BadColumns
from fusion.service.results import Results


def result_resource(results: Results) -> Resource:
    """Declare what is done with results."""
    resource = Resource("results", BASE)

    @resource.declare(
        "GET", "/tasks/{task}/preview", "Show one's own first rows in the intersection.", access=OWN, answer=PreviewOut
    )
    def preview(task: str, query: PreviewQuery) -> PreviewOut:
        columns, rows = results.preview(task, query.limit)
        return PreviewOut(columns=columns, rows=rows)

    @resource.declare(
        "GET", "/tasks/{task}/result", "Download one's own rows in the intersection.", access=OWN, media=BYTES
    )
    def result(task: str, query: ResultQuery) -> Response:
        path, columns = results.file(task, _names(query.columns))
        if query.format == "csv":
            return download(_csv(path, columns), "text/csv", f"{path.stem}.csv")
        return download(_raw(results.narrowed(path, columns)), "application/vnd.apache.parquet", f"{path.stem}.parquet")

    @resource.declare(
        "POST", "/tasks/{task}/save", "Make a data resource at the board of a result.", access=OWN, answer=SavedOut
    )
    def save(task: str, body: SaveIn) -> SavedOut:
        board, data_set = results.save(task, body.name)
        return SavedOut(board=board, data_set=data_set)

    return resource


def _names(line: str) -> list[str]:
    try:
        return [name for row in csv.reader([line], strict=True) for name in row]
    except csv.Error as problem:
        raise InvalidInput(f"columns: {problem}") from problem


def _raw(file: AbstractContextManager[Path]) -> Iterator[bytes]:
    with file as path, path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _csv(path: Path, columns: list[str]) -> Iterator[bytes]:
    with pa.parquet.ParquetFile(path) as file:
        schema = pa.schema([file.schema_arrow.field(name) for name in columns])
        yield _csv_of(pa.Table.from_batches([], schema), header=True)
        for batch in file.iter_batches(columns=columns):
            yield _csv_of(pa.Table.from_batches([batch.select(columns)]), header=False)


def _csv_of(table: pa.Table, *, header: bool) -> bytes:
    sink = pa.BufferOutputStream()
    try:
        pa.csv.write_csv(table, sink, pa.csv.WriteOptions(include_header=header))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        hint = "Ask for format=parquet, or for other columns."
        raise BadColumns(f"not all columns can be written as CSV: {problem}", hint=hint) from problem
    return bytes(sink.getvalue().to_pybytes())
