"""Data sets: files stream through to the kernel; the board keeps their descriptions."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from flask import request
from pydantic import Field

from board.api.http.arrow import rows_of
from board.api.http.operation import Fields, Paging, Reply, Resource, View
from board.domain.accounts import Account
from board.domain.data_sets import DataSet
from board.domain.errors import InvalidFields, LengthRequired, TooLarge, WrongMediaType
from board.service.data_sets import DataSets
from board.service.ports import Upload

_CHUNK = 1 << 20
BINARY = "application/octet-stream"
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
NameLine = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Tag = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f,]+$")]


class UploadQuery(Fields):
    """What the uploaded file is; the file itself is the body."""

    name: NameLine
    file_name: Line = Field(default="", description="Its ending tells CSV, Parquet or Excel.")
    id_column: Line = Field(default="", description="Column that names the rows; empty: rows are numbered.")
    label_column: Line = ""
    encoding: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.-]*$")] = ""
    duplicates: Literal["refuse", "first"] = "refuse"
    visibility: Literal["private", "federation"] = Field(
        default="private", description="federation: the description (never rows) stands in the union's catalogue."
    )


class PreviewQuery(Fields):
    """How many rows to show."""

    rows: int = Field(default=20, ge=1, le=100)


class ColumnView(View):
    """A column."""

    name: str
    type: str
    missing: int
    distinct: int


class ResourceView(View):
    """Where the description stands on the ledger; empty when it does not."""

    transaction: str
    block: int


class DataSetView(View):
    """A data set's description."""

    data_set: str
    name: str
    rows: int
    columns: list[ColumnView]
    id_column: str
    label_column: str
    version: str
    bytes: int
    visibility: str
    created_ms: int
    created_by: str
    resource: ResourceView
    series: str = Field(description="All versions of a data set share it.")
    number: int
    tags: list[str]
    readers: list[str]
    origin: str


class DataSetPage(View):
    """A page of data sets, the newest first."""

    items: list[DataSetView]
    next_after: str = ""


class PreviewView(View):
    """The first rows."""

    columns: list[str]
    rows: list[list[Any]]


def data_sets(service: DataSets, most_bytes: int) -> Resource:
    """Make the resource."""
    resource = Resource("data_sets")

    @resource.operation(
        "POST",
        "/data-sets",
        "Import a CSV, Parquet or Excel file",
        answer=DataSetView,
        status=201,
        raw_body=True,
        idempotent=True,
    )
    def create(account: Account, query: UploadQuery) -> Reply:
        length = request.content_length
        if length is None:
            raise LengthRequired
        if length == 0:
            raise InvalidFields("body: the file is empty")
        if length > most_bytes:
            raise TooLarge(f"the file has {length} bytes; the limit is {most_bytes}")
        if request.mimetype != BINARY:
            raise WrongMediaType(f"{request.mimetype or 'no type'}; an upload is {BINARY}")
        upload = Upload(
            data_set="",
            name=query.name,
            file_name=query.file_name or f"{query.name}.csv",
            total_bytes=length,
            id_column=query.id_column,
            label_column=query.label_column,
            encoding=query.encoding,
            duplicates=query.duplicates,
        )
        made = service.add(upload, chunks_of_body(), query.visibility, account.account)
        return Reply(made, f"/data-sets/{made.data_set}")

    @resource.operation("GET", "/data-sets", "This member's data sets", answer=DataSetPage)
    def index(query: Paging) -> dict[str, object]:
        found = service.page(query.after, query.limit + 1)
        page = found[: query.limit]
        return {"items": page, "next_after": page[-1].data_set if len(found) > query.limit else ""}

    @resource.operation("GET", "/data-sets/{data_set}", "A data set's description", answer=DataSetView)
    def show(data_set: str) -> DataSet:
        return service.find(data_set)

    @resource.operation("DELETE", "/data-sets/{data_set}", "Delete a data set that no consent names")
    def delete(data_set: str, account: Account) -> None:
        service.delete(data_set, account.account)

    @resource.operation("GET", "/data-sets/{data_set}/preview", "The first rows", answer=PreviewView)
    def preview(data_set: str, query: PreviewQuery) -> dict[str, object]:
        return rows_of(service.preview(data_set, query.rows))

    return resource


def chunks_of_body() -> Iterator[bytes]:
    """Yield the request's body as it arrives."""
    while chunk := request.stream.read(_CHUNK):
        yield chunk
