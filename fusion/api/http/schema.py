"""What travels over HTTP, as pydantic models; the OpenAPI description is made from them."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, Paging, View
from fusion.api.http.schema_tasks import (
    ActualOut,
    AlsoNextIn,
    ColumnsOfResult,
    FailureOut,
    PlanOut,
    RepeatIn,
    RepeatOut,
)
from fusion.domain.models import AUTO
from fusion.domain.sums import MOST_DECIMALS

_Text = Annotated[str, pydantic.Field(max_length=200)]
_ValueColumn = Annotated[
    str, pydantic.Field(max_length=200, description="Of a sum: the sender's column whose values are added.")
]
_EmptyAsZero = Annotated[
    bool, pydantic.Field(description="Of a sum, at the sender: an empty value of a row with an id counts as zero.")
]
_Columns = Annotated[list[_Text], pydantic.Field(max_length=16)]


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

    name: _Text = ""
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


class TasksQuery(Paging):
    """Which alignments to list."""

    limit: int = pydantic.Field(default=100, ge=1, le=500)
    state: str = pydantic.Field(default="", max_length=32, description="Only those in this state; empty: all.")
    partner: str = pydantic.Field(default="", max_length=64, description="Only those with this partner; empty: all.")


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


class IdentityOut(View):
    """What a partner needs to trust this node."""

    node: str
    address: str
    signing_key: str
    stream_key: str
    tls_cert: str
    fingerprint: Annotated[
        str, pydantic.Field(description="SHA-256 over keys and certificate; compare it by telephone.")
    ]
    fingerprint_groups: Annotated[str, pydantic.Field(description="The fingerprint in groups of four digits.")]


class OwnIdentityOut(IdentityOut):
    """The node itself, as its partners take it in."""

    invitation: Annotated[str, pydantic.Field(description="One line of text for the partner; it holds no secret.")]


class PartnerIn(Fields):
    """A partner: the invitation that its node shows, or field by field what its identity says."""

    invitation: Annotated[str, pydantic.Field(max_length=50_000)] = ""
    node: _Text = ""
    address: Annotated[str, pydantic.Field(max_length=300)] = ""
    signing_key: _Text = ""
    stream_key: _Text = ""
    tls_cert: Annotated[str, pydantic.Field(max_length=30_000, description="Base64 of the DER certificate.")] = ""


class ConfirmIn(Fields):
    """What the partner's operator said by another channel."""

    fingerprint: Annotated[
        str, pydantic.Field(max_length=500, description="All of it; spaces, colons, hyphens and case do not count.")
    ]


class RenewIn(ConfirmIn):
    """A partner's new keys, and their fingerprint."""

    invitation: Annotated[str, pydantic.Field(max_length=50_000, description="What the partner's node shows now.")]


class BlockIn(Fields):
    """Why."""

    reason: Annotated[str, pydantic.Field(max_length=500, description="For this node's people.")] = ""


class AddressIn(Fields):
    """Where the partner's node is called."""

    address: Annotated[str, pydantic.Field(max_length=300, description="host:port")]


class PartnerOut(IdentityOut):
    """A partner."""

    added_ms: int
    state: Annotated[
        Literal["unconfirmed", "waiting", "confirmed", "blocked"],
        pydantic.Field(description="waiting: confirmed here, and not yet by the partner's operator."),
    ]
    confirmed_ms: Annotated[int, pydantic.Field(description="0: not yet.")]
    confirmed_there: bool
    last_seen_ms: int
    protocol_version: Annotated[int, pydantic.Field(description="0: the partner's node has said nothing yet.")]
    blocked_ms: int
    block_reason: str


class CheckOut(View):
    """What a call to the partner's node brought; `problem` is null where alignments can be made."""

    reachable: bool
    confirmed_there: bool
    round_trip_ms: int
    version: int
    problem: "FailureOut | None"


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


class RowsOut(View):
    """The first rows."""

    columns: list[str]
    rows: list[list[str]]


class CleaningIn(Fields):
    """What is taken out of the values of one id column, before case and hash."""

    keep: Annotated[
        Literal["all", "no_separators", "letters_and_digits", "digits"],
        pydantic.Field(description="no_separators: all but spaces, hyphens, dots and brackets."),
    ] = "all"
    prefixes: Annotated[
        tuple[Annotated[str, pydantic.Field(min_length=1, max_length=12)], ...],
        pydantic.Field(max_length=8, description="Of these, the longest that a value begins with is dropped."),
    ] = ()
    rest_at_least: Annotated[
        int, pydantic.Field(ge=1, le=32, description="Where fewer signs remain, the prefix stays.")
    ] = 7


class KeyRuleIn(Fields):
    """How values become ids; both sides use the proposer's rule."""

    trim: bool = True
    case: Literal["keep", "lower", "upper"] = "keep"
    form: Literal["none", "NFC", "NFKC"] = "NFC"
    clean: Annotated[
        tuple[CleaningIn, ...],
        pydantic.Field(max_length=16, description="One for each column; empty: none is cleaned."),
    ] = ()
    hash: Annotated[
        Literal["none", "md5", "sha1", "sha256", "sm3"],
        pydantic.Field(description="Each value is hashed after the other steps, into lower-case hexadecimal digits."),
    ] = "none"
    columns: Annotated[
        int, pydantic.Field(ge=0, le=16, description="How many columns make an id; 0: as many as are named.")
    ] = 0


_HashedHere = Annotated[
    bool, pydantic.Field(description="Our columns hold hashes already, made by the rule; `hash` is not applied again.")
]


class ExampleIn(Fields):
    """Values that somebody types, one for each column."""

    key_rule: KeyRuleIn
    values: Annotated[
        list[Annotated[str, pydantic.Field(max_length=10_000)]], pydantic.Field(min_length=1, max_length=16)
    ]
    hashed_here: _HashedHere = False


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

    columns: Annotated[_Columns, pydantic.Field(min_length=1)]
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: _HashedHere = False


class KeyExampleOut(View):
    """A row's values, and the id they make."""

    values: list[str]
    id: str


class AdviceOut(View):
    """A key rule that would mend what a warning says of a column."""

    warning: str
    column: str
    key_rule: dict[str, Any]


class KeyCheckOut(View):
    """What ids a data set gives."""

    ids: Annotated[int, pydantic.Field(description="Distinct ids.")]
    duplicates: int
    rows_without_id: int
    examples: list[KeyExampleOut]
    warnings: Annotated[list[str], pydantic.Field(description="Codes; fusion/README.md says what each means.")]
    advice: Annotated[list[AdviceOut], pydantic.Field(description="What would mend some of the warnings.")]


class PreCheckIn(Fields):
    """With what a proposal might be accepted."""

    data_set: _Text
    columns: Annotated[_Columns, pydantic.Field(min_length=1)]
    hashed_here: _HashedHere = False


class PreCheckOut(View):
    """Whether our ids can match the partner's at all."""

    compared: Annotated[
        bool, pydantic.Field(description="False: the partner told no shapes, or a side's columns are hashed already.")
    ]
    shapes_in_common: Annotated[float, pydantic.Field(ge=0, le=1)]
    warning: str
    examples_ours: Annotated[list[str], pydantic.Field(description="9: a digit, a: a letter; {n}: n of them.")]
    hint: Annotated[str, pydantic.Field(description="What change of the key rule would help; empty: unknown.")]


class TableIn(Fields):
    """Of what a table is to be prepared, and for whom."""

    partner: _Text
    data_set: _Text
    columns: Annotated[_Columns, pydantic.Field(min_length=1)]
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: _HashedHere = False


class TableOut(View):
    """A table that was prepared here for a partner, or a partner's that is kept here."""

    table: Annotated[str, pydantic.Field(description="Its id at this node.")]
    name: Annotated[
        str, pydantic.Field(description="What both nodes call it: a hash of its rows; empty: not made yet.")
    ]
    partner: str
    made_here: Annotated[bool, pydantic.Field(description="False: it is the partner's, kept from an alignment.")]
    state: Literal["preparing", "ready", "expired", "failed"]
    progress: Annotated[float, pydantic.Field(ge=0, le=1)]
    data_set: Annotated[str, pydantic.Field(description="Empty where it is the partner's.")]
    columns: list[str]
    key_rule: dict[str, Any]
    hashed_here: bool
    ids: int
    bytes: int
    created_ms: int
    expires_ms: Annotated[
        int, pydantic.Field(description="After this it serves no more; prepare it anew. 0: not made.")
    ]
    used_ms: Annotated[int, pydantic.Field(description="0: not yet.")]
    uses: Annotated[int, pydantic.Field(description="Alignments that have used it.")]
    failure: Annotated[FailureOut | None, pydantic.Field(description="Why it failed, or what its making waits for.")]


class TablesOut(View):
    """All tables, newest first."""

    items: list[TableOut]
    next_after: str


class TaskIn(Fields):
    """A proposal."""

    partner: _Text
    data_set: _Text
    columns: Annotated[_Columns, pydantic.Field(min_length=1, description="Columns that make the id.")]
    name: _Text = ""
    role: Annotated[
        Literal["receiver", "sender"], pydantic.Field(description="Our role; the receiver learns the intersection.")
    ] = "receiver"
    protocol: Annotated[
        str,
        pydantic.Field(
            max_length=32, description="auto: chosen by its plan when the partner accepts; GET /protocols lists others."
        ),
    ] = AUTO
    learns: Annotated[
        Literal["receiver", "both", "size", "sum"],
        pydantic.Field(
            description=(
                "The receiver: which ids are common; both sides that; the receiver only how many; or both how many, and"
                " the sum of a value of the sender's over them."
            )
        ),
    ] = "receiver"
    value_column: _ValueColumn = ""
    value_decimals: Annotated[int, pydantic.Field(ge=0, le=MOST_DECIMALS, description="Of a sum.")] = 0
    empty_as_zero: _EmptyAsZero = False
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: _HashedHere = False
    pre_check: Annotated[
        bool,
        pydantic.Field(description="Tell the partner keyed shapes of 1,000 of our ids, so that it sees a rule amiss."),
    ] = True
    partner_rows_at_most: Annotated[
        int,
        pydantic.Field(ge=0, le=10**12, description="Most ids of the partner that we take; 0: this node's max_rows."),
    ] = 0
    columns_of_result: Annotated[
        ColumnsOfResult,
        pydantic.Field(default_factory=list, description="Own columns of the result besides the id's; empty: all."),
    ]
    repeat: RepeatIn | None = None


class AnswerIn(Fields):
    """An answer to a partner's proposal."""

    accept: pydantic.StrictBool
    data_set: _Text = ""
    columns: _Columns = pydantic.Field(default_factory=list)
    hashed_here: _HashedHere = False
    accept_anyway: Annotated[
        bool, pydantic.Field(description="Also where our ids look like none of the partner's.")
    ] = False
    reason: Annotated[str, pydantic.Field(max_length=500, description="Told to the partner.")] = ""
    columns_of_result: Annotated[
        ColumnsOfResult,
        pydantic.Field(default_factory=list, description="Own columns of the result besides the id's; empty: all."),
    ]
    also_next: AlsoNextIn | None = None
    value_column: _ValueColumn = ""
    empty_as_zero: _EmptyAsZero = False


class TaskOut(View):
    """An alignment as this node sees it."""

    task: str
    name: str
    partner: str
    role: str
    proposed_here: bool
    state: str
    phase: str
    progress: Annotated[float, pydantic.Field(ge=0, le=1)]
    waiting_for: str
    data_set: str
    columns: list[str]
    columns_of_result: list[str]
    protocol: Annotated[str, pydantic.Field(description="As proposed.")]
    protocol_chosen: Annotated[str, pydantic.Field(description="What runs; empty until the proposal is accepted.")]
    plan: PlanOut | None
    actual: ActualOut
    learns: str
    key_rule: dict[str, Any]
    rows: int
    ids: Annotated[int, pydantic.Field(description="Distinct ids.")]
    duplicates: Annotated[int, pydantic.Field(description="Rows beyond the first of their id; they are in the result.")]
    rows_without_id: int
    partner_rows: Annotated[int, pydantic.Field(description="The partner's distinct ids; 0: not known yet.")]
    intersection: Annotated[int | None, pydantic.Field(description="Null where this side does not learn it.")]
    value_column: Annotated[str, pydantic.Field(description="Ours, where we are the sender of a sum.")]
    value_decimals: int
    empty_as_zero: bool
    at_least: Annotated[int, pydantic.Field(description="Fewest common ids whose sum is told; 0: no sum is asked.")]
    total: Annotated[
        str | None,
        pydantic.Field(description="The sum over the common ids, as a decimal text; null: none, or not yet."),
    ]
    table: Annotated[
        Literal["", "prepared", "sent", "kept"],
        pydantic.Field(
            description=(
                "The sender's prepared table: prepared (offered with the proposal), sent with this alignment, kept by"
                " the receiver from an earlier one; empty: none is used."
            )
        ),
    ]
    match_rate_percent: Annotated[
        float | None, pydantic.Field(description="Common ids of a hundred of our own; null where we do not learn it.")
    ]
    rate_ids_per_s: Annotated[float, pydantic.Field(description="Ids of both sides, on the average of the run.")]
    remaining_s: Annotated[float | None, pydantic.Field(description="Estimated; null: nobody knows.")]
    paused_by: Annotated[str, pydantic.Field(description='"us", the partner, or empty.')]
    trouble: Annotated[FailureOut | None, pydantic.Field(description="Why it waits, beside the partner's people.")]
    schedule: Annotated[str, pydantic.Field(description="The schedule that it is a run of; empty: none.")]
    repeat: RepeatOut | None
    has_result: bool
    hashed_here: bool
    warning: Annotated[str, pydantic.Field(description="What the pre-check found at acceptance.")]
    caution: Annotated[str, pydantic.Field(description="What a further sum may tell; empty: nothing.")]
    reason: str
    failure: FailureOut | None
    created_ms: int
    ended_ms: int
    expires_ms: int


class ProtocolOut(View):
    """A protocol."""

    name: str
    learns: Annotated[list[str], pydantic.Field(description="What it can be agreed on for.")]
    assumption: str


class ProtocolsOut(View):
    """All protocols."""

    items: list[ProtocolOut]
    next_after: str


class PartnersOut(View):
    """All partners."""

    items: list[PartnerOut]
    next_after: str


class DataSetsOut(View):
    """All data sets."""

    items: list[DataSetOut]
    next_after: str


class TasksOut(View):
    """A page of alignments, newest first; `next_after` is empty at the end."""

    items: list[TaskOut]
    next_after: str
