"""The node's data sets."""

from dataclasses import asdict

from flask import request

from common.http.operation import Resource
from fusion.api.http.paths import BASE, CHUNK, OWN
from fusion.api.http.schema import DataSetOut, DataSetsOut, UploadQuery
from fusion.service.data_sets import DataSets


def data_set_resource(data_sets: DataSets) -> Resource:
    """Declare what is done with data sets."""
    resource = Resource("data_sets", BASE)

    @resource.declare("GET", "/data-sets", "List the data sets.", access=OWN, answer=DataSetsOut)
    def every() -> DataSetsOut:
        return DataSetsOut(items=[DataSetOut(**asdict(found)) for found in data_sets.all()], next_after="")

    @resource.declare(
        "POST",
        "/data-sets",
        "Give the node a CSV or Parquet file.",
        access=OWN,
        answer=DataSetOut,
        status=201,
        raw_body=True,
    )
    def add(query: UploadQuery) -> DataSetOut:
        chunks = iter(lambda: request.stream.read(CHUNK), b"")
        made = data_sets.add(query.name, query.file_name or query.name or "data.csv", chunks)
        return DataSetOut(**asdict(made))

    @resource.declare("GET", "/data-sets/{data_set}", "Describe a data set.", access=OWN, answer=DataSetOut)
    def show(data_set: str) -> DataSetOut:
        return DataSetOut(**asdict(data_sets.get(data_set)))

    @resource.declare("DELETE", "/data-sets/{data_set}", "Delete a data set.", access=OWN)
    def delete(data_set: str) -> None:
        data_sets.delete(data_set)

    return resource
