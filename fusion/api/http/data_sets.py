"""The node's data sets."""

from dataclasses import asdict

from flask import request

from common.http.operation import Resource
from fusion.api.http.paths import BASE, CHUNK, OWN
from fusion.api.http.schema_data import (
    DatabaseIn,
    DataSetOut,
    DataSetsOut,
    RowsOut,
    RowsQuery,
    SheetOut,
    SheetsOut,
    UploadQuery,
)
from fusion.service.data_sets import DataSets
from fusion.service.database_rows import Wanted


def data_set_resource(data_sets: DataSets) -> Resource:
    """Declare what is done with data sets."""
    resource = Resource("data_sets", BASE)

    @resource.declare("GET", "/data-sets", "List the data sets.", access=OWN, answer=DataSetsOut)
    def every() -> DataSetsOut:
        return DataSetsOut(items=[DataSetOut(**asdict(found)) for found in data_sets.all()], next_after="")

    @resource.declare(
        "POST",
        "/data-sets",
        "Give the node a CSV, Parquet or Excel file.",
        access=OWN,
        answer=DataSetOut,
        status=201,
        raw_body=True,
    )
    def add(query: UploadQuery) -> DataSetOut:
        chunks = iter(lambda: request.stream.read(CHUNK), b"")
        made = data_sets.add(
            query.name, query.file_name or query.name or "data.csv", chunks, query.sheet, query.encoding
        )
        return DataSetOut(**asdict(made))

    @resource.declare(
        "POST",
        "/data-sets/sheets",
        "List the sheets of an Excel file, of which nothing is kept.",
        access=OWN,
        answer=SheetsOut,
        raw_body=True,
    )
    def sheets() -> SheetsOut:
        found = data_sets.sheets(iter(lambda: request.stream.read(CHUNK), b""))
        return SheetsOut(items=[SheetOut(**asdict(sheet)) for sheet in found], next_after="")

    @resource.declare(
        "POST",
        "/data-sets/database",
        "Read a table or a query of a database once.",
        access=OWN,
        answer=DataSetOut,
        status=201,
    )
    def add_database(body: DatabaseIn) -> DataSetOut:
        made = data_sets.add_database(body.name, Wanted(**body.model_dump(exclude={"name"})))
        return DataSetOut(**asdict(made))

    @resource.declare("GET", "/data-sets/{data_set}", "Describe a data set.", access=OWN, answer=DataSetOut)
    def show(data_set: str) -> DataSetOut:
        return DataSetOut(**asdict(data_sets.get(data_set)))

    @resource.declare("GET", "/data-sets/{data_set}/preview", "Show the first rows.", access=OWN, answer=RowsOut)
    def preview(data_set: str, query: RowsQuery) -> RowsOut:
        columns, rows = data_sets.preview(data_set, query.limit)
        return RowsOut(columns=columns, rows=rows)

    @resource.declare("DELETE", "/data-sets/{data_set}", "Delete a data set.", access=OWN)
    def delete(data_set: str) -> None:
        data_sets.delete(data_set)

    return resource
