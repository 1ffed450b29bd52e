"""What travels over HTTP of prepared tables."""

from typing import Annotated, Any, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import Columns, FailureOut, HashedHere, Text
from fusion.api.http.schema_keys import KeyRuleIn


class TableIn(Fields):
    """Of what a table is to be prepared, and for whom."""

    partner: Text
    data_set: Text
    columns: Annotated[Columns, pydantic.Field(min_length=1)]
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: HashedHere = False


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
