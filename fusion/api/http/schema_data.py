"""What travels over HTTP of data sets."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import Text


class UploadQuery(Fields):
    """What is uploaded."""

    name: str = ""
    file_name: str = ""
    sheet: Annotated[str, pydantic.Field(max_length=31, description="Of a workbook; empty: the one that has rows.")] = (
        ""
    )
    encoding: Annotated[
        Literal["", "utf-8", "gb18030", "utf-16"],
        pydantic.Field(description="Of a CSV file; empty: found out, and told in `detail` where it is not UTF-8."),
    ] = ""


class RowsQuery(Fields):
    """How much to show."""

    limit: int = pydantic.Field(default=20, ge=1, le=500)


class DatabaseIn(Fields):
    """A table or a query of a database, which is read once; the password is kept nowhere."""

    name: Text = ""
    kind: Literal["postgresql", "mysql"]
    # No path of a socket, and not several hosts, which PostgreSQL's driver would take, too.
    host: Annotated[str, pydantic.Field(max_length=253, pattern=r"^[A-Za-z0-9:][A-Za-z0-9.:_-]*$")]
    port: Annotated[int, pydantic.Field(ge=1, le=65535)]
    database: Annotated[str, pydantic.Field(min_length=1, max_length=128)]
    user: Annotated[str, pydantic.Field(min_length=1, max_length=128)]
    password: Annotated[str, pydantic.Field(max_length=500)] = ""
    table: Annotated[str, pydantic.Field(max_length=255, description="Or schema.table.")] = ""
    query: Annotated[str, pydantic.Field(max_length=20_000, description="One SELECT, in the place of a table.")] = ""
    tls: Annotated[
        Literal["require", "verify_ca", "off"],
        pydantic.Field(description="verify_ca: only a server whose certificate `ca` has signed for this host."),
    ] = "require"
    ca: Annotated[
        str, pydantic.Field(max_length=100_000, description="PEM certificates; empty: those the system trusts.")
    ] = ""


class ColumnOut(View):
    """A column."""

    name: str
    type: str


class DataSetOut(View):
    """A data set."""

    data_set: str
    name: str
    file_name: str
    rows: int
    columns: list[ColumnOut]
    bytes: int
    added_ms: int
    source: Literal["csv", "parquet", "excel", "postgresql", "mysql"]
    detail: Annotated[
        str, pydantic.Field(description="The sheet, the table, or a CSV file's encoding where that is not UTF-8.")
    ]


class SheetOut(View):
    """A sheet of a workbook."""

    name: str
    has_rows: Annotated[bool, pydantic.Field(description="A header and a row at least.")]


class SheetsOut(View):
    """All sheets, in their order."""

    items: list[SheetOut]
    next_after: str


class DataSetsOut(View):
    """All data sets."""

    items: list[DataSetOut]
    next_after: str


class RowsOut(View):
    """The first rows."""

    columns: list[str]
    rows: list[list[str]]
