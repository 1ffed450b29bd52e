"""The catalogue of the federation's data."""

from typing import Any

from pydantic import Field

from board.api.http.member import cursor, position
from board.api.http.operation import Paging, Resource, View
from board.service.resources import Resource as Found
from board.service.resources import Resources, Wanted


class Search(Paging):
    """What to look for."""

    text: str = Field(default="", max_length=200, description="Searched in names and tags.")
    tag: str = Field(default="", max_length=64)
    column: str = Field(default="", max_length=200, description="Part of a column's name.")
    member: str = Field(default="", max_length=64, description="Only this member's.")
    least_rows: int = Field(default=0, ge=0, lt=2**53)


class NamedView(View):
    """A column."""

    name: str
    type: str


class ResourceView(View):
    """A data set as its owner describes it; never a row."""

    member: str
    data_set: str
    name: str
    version: str
    rows: int
    columns: list[NamedView] = Field(description="At most the first hundred.")
    column_count: int
    has_label: bool | None
    tags: list[str]
    shown_to: str = Field(description="federation: on the ledger; members: to chosen ones, of which we are one.")
    transaction: str
    block: int
    time_ms: int
    body: dict[str, Any] = Field(description="The record as it stands on the ledger; empty when it does not.")


class ResourcePage(View):
    """A page of the catalogue."""

    items: list[ResourceView]
    next_after: str = ""


def data_resources(service: Resources) -> Resource:
    """Make the resource."""
    resource = Resource("data_resources")

    @resource.operation("GET", "/data-resources", "Search all members' data sets", answer=ResourcePage)
    def index(query: Search) -> dict[str, object]:
        wanted = Wanted(query.text, query.tag, query.column, query.member, query.least_rows)
        items, after = service.search(wanted, position(query.after), query.limit)
        return {"items": [_view(found) for found in items], "next_after": cursor(after)}

    return resource


def _view(found: Found) -> dict[str, object]:
    fields = {name: getattr(found, name) for name in ResourceView.model_fields if hasattr(found, name)}
    return fields | {
        "columns": found.columns[:100],
        "column_count": len(found.columns),
        "transaction": found.proof.transaction,
        "block": found.proof.block,
    }
