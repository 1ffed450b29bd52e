"""Results: previews, downloads, and saving them at the board."""

import csv
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from flask import Response

from common.errors import InvalidInput
from common.http.models import BYTES
from common.http.operation import Resource, download
from fusion.api.http.paths import BASE, CHUNK, OWN
from fusion.api.http.schema_results import PreviewOut, PreviewQuery, ResultQuery, SavedOut, SaveIn
from fusion.service.csv_result import csv_of
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
            rows = csv_of(path, columns, bom=query.bom, defuse=query.defuse)
            return download(rows, "text/csv", f"{path.stem}.csv")
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
