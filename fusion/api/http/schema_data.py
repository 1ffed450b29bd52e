"""What travels over HTTP of data sets, and of the ids that key rules make of them."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import Columns, HashedHere, Text


class UploadQuery(Fields):
    """What is uploaded."""

    name: str = ""
    file_name: str = ""
    sheet: Annotated[str, pydantic.Field(max_length=31, description="Of a workbook; empty: the first.")] = ""


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
    detail: Annotated[str, pydantic.Field(description="The sheet, or the table.")]


class DataSetsOut(View):
    """All data sets."""

    items: list[DataSetOut]
    next_after: str


class RowsOut(View):
    """The first rows."""

    columns: list[str]
    rows: list[list[str]]


class KeyRuleIn(Fields):
    """How values become ids; both sides use the proposer's rule."""

    trim: bool = True
    case: Literal["keep", "lower", "upper"] = "keep"
    form: Literal["none", "NFC", "NFKC"] = "NFC"
    hash: Annotated[
        Literal["none", "md5", "sha1", "sha256", "sm3"],
        pydantic.Field(description="Each value is hashed after the other steps, into lower-case hexadecimal digits."),
    ] = "none"
    columns: Annotated[
        int, pydantic.Field(ge=0, le=16, description="How many columns make an id; 0: as many as are named.")
    ] = 0


class ExampleIn(Fields):
    """Values that somebody types, one for each column."""

    key_rule: KeyRuleIn
    values: Annotated[
        list[Annotated[str, pydantic.Field(max_length=10_000)]], pydantic.Field(min_length=1, max_length=16)
    ]
    hashed_here: HashedHere = False


class StepOut(View):
    """A step of the rule, and the value after it."""

    what: str
    value: str


class ExampleOut(View):
    """The id that a rule makes of typed values."""

    id: str
    steps: list[StepOut]
    problem: Annotated[str, pydantic.Field(description="Why there is no id; empty: there is one.")]


class KeyCheckIn(Fields):
    """Which columns, and by which rule, shall make ids."""

    columns: Annotated[Columns, pydantic.Field(min_length=1)]
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: HashedHere = False


class KeyExampleOut(View):
    """A row's values, and the id they make."""

    values: list[str]
    id: str


class KeyCheckOut(View):
    """What ids a data set gives."""

    ids: Annotated[int, pydantic.Field(description="Distinct ids.")]
    duplicates: int
    rows_without_id: int
    examples: list[KeyExampleOut]
    warnings: Annotated[list[str], pydantic.Field(description="Codes; fusion/README.md says what each means.")]


class PreCheckIn(Fields):
    """With what a proposal might be accepted."""

    data_set: Text
    columns: Annotated[Columns, pydantic.Field(min_length=1)]
    hashed_here: HashedHere = False


class PreCheckOut(View):
    """Whether our ids can match the partner's at all."""

    compared: Annotated[
        bool, pydantic.Field(description="False: the partner told no shapes, or a side's columns are hashed already.")
    ]
    shapes_in_common: Annotated[float, pydantic.Field(ge=0, le=1)]
    warning: str
    examples_ours: Annotated[list[str], pydantic.Field(description="9: a digit, a: a letter; {n}: n of them.")]
