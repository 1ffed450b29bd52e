"""Tables that are prepared once for many alignments."""

from common.http.operation import Resource
from fusion.api.http.paths import BASE, OWN
from fusion.api.http.schema_fields import FailureOut
from fusion.api.http.schema_tables import TableIn, TableOut, TablesOut
from fusion.domain.key_rule import rule_of
from fusion.domain.prepared import Made, Table
from fusion.service.tables import Tables


def table_resource(tables: Tables) -> Resource:
    """Declare what is done with tables."""
    resource = Resource("tables", BASE)

    @resource.declare(
        "GET", "/tables", "List the tables that were prepared here, and partners' that are kept.", access=OWN,
        answer=TablesOut,
    )  # fmt: skip
    def every() -> TablesOut:
        return TablesOut(items=[_told(table) for table in tables.all()], next_after="")

    @resource.declare(
        "POST",
        "/tables",
        "Prepare a table of a data set for a partner, once for many alignments.",
        access=OWN,
        answer=TableOut,
        status=202,
    )
    def prepare(body: TableIn) -> TableOut:
        rule = rule_of(body.key_rule.model_dump(), len(body.columns))
        return _told(tables.prepare(Made(body.partner, body.data_set, tuple(body.columns), rule, body.hashed_here)))

    @resource.declare("GET", "/tables/{table}", "Describe a table.", access=OWN, answer=TableOut)
    def show(table: str) -> TableOut:
        return _told(tables.get(table))

    @resource.declare("DELETE", "/tables/{table}", "Delete a table with its key.", access=OWN)
    def delete(table: str) -> None:
        tables.delete(table)

    return resource


def _told(table: Table) -> TableOut:
    values = {name: getattr(table, name) for name in TableOut.model_fields if hasattr(table, name)}
    made = table.made
    return TableOut(
        **{
            **values,
            "data_set": made.data_set if made else "",
            "columns": list(made.columns) if made else [],
            "key_rule": made.key_rule.model_dump() if made else {},
            "hashed_here": made.hashed_here if made else False,
            "failure": FailureOut.model_validate(table.failure) if table.failure else None,
        }
    )
