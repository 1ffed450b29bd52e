"""What travels over HTTP of results."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View


class ResultQuery(Fields):
    """In which form to download a result."""

    format: Literal["csv", "parquet"] = "csv"
    columns: str = pydantic.Field(
        default="", max_length=10_000, description="Which columns, as a line of CSV; empty: those that the task names."
    )
    bom: bool = pydantic.Field(
        default=False, description="Begin CSV with a byte-order mark, by which Excel sees that it is UTF-8."
    )
    defuse: bool = pydantic.Field(
        default=False,
        description=(
            "In CSV, put an apostrophe before texts that a spreadsheet would take for formulas: those that begin with"
            " = + - @, a tab or the end of a line, and are no plain number."
        ),
    )


class PreviewQuery(Fields):
    """How many rows to show."""

    limit: int = pydantic.Field(default=20, ge=1, le=1000)


class PreviewOut(View):
    """First own rows of a result, values as text."""

    columns: list[str]
    rows: list[list[str]]


class SaveIn(Fields):
    """What the data resource is called."""

    name: Annotated[str, pydantic.Field(min_length=1, max_length=200)]


class SavedOut(View):
    """Where the result is now."""

    board: str
    data_set: str
