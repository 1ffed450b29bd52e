"""What travels over HTTP of key rules, and of the ids that they make."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import Columns, HashedHere, Text


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
    hint: Annotated[str, pydantic.Field(description="What change of the key rule would help; empty: unknown.")]
