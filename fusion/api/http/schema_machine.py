"""What travels over HTTP of the node's machine, of protocols and of plans."""

from typing import Annotated, Literal

import pydantic

from common.http.models import Fields, View
from fusion.api.http.schema_fields import Columns, HashedHere
from fusion.api.http.schema_keys import KeyRuleIn


class MachineOut(View):
    """The node and its machine."""

    node: str
    version: str
    cores: Annotated[int, pydantic.Field(description="That alignments use.")]
    threads: int
    vectors: Annotated[str, pydantic.Field(description="Widest instructions: avx512, avx2 or none.")]
    free_bytes: int
    board: str
    sum_at_least: Annotated[
        int, pydantic.Field(description="Fewest common ids whose sum a proposal of this node allows to be told.")
    ]


class ProtocolOut(View):
    """A protocol."""

    name: str
    learns: Annotated[list[str], pydantic.Field(description="What it can be agreed on for.")]
    assumption: str


class ProtocolsOut(View):
    """All protocols."""

    items: list[ProtocolOut]
    next_after: str


class PlanIn(Fields):
    """What to plan."""

    ids: Annotated[int, pydantic.Field(ge=1, le=10**12)]
    partner_ids: Annotated[int, pydantic.Field(ge=1, le=10**12)]
    learns: Literal["receiver", "both", "size", "sum"] = "receiver"
    role: Literal["receiver", "sender"] = "receiver"
    partner: Annotated[str, pydantic.Field(max_length=64, description="Measure the way to it; empty: assume one.")] = ""
    data_set: Annotated[
        str, pydantic.Field(max_length=200, description="With columns and partner: of what our table may be made.")
    ] = ""
    columns: Columns = pydantic.Field(default_factory=list)
    key_rule: KeyRuleIn = KeyRuleIn()
    hashed_here: HashedHere = False
    bandwidth_mbit: Annotated[float, pydantic.Field(ge=0, le=1e6, description="0: as measured or assumed.")] = 0
    latency_ms: Annotated[float, pydantic.Field(ge=0, le=60_000, description="Round trip; 0: as above.")] = 0


class AlternativeOut(View):
    """A protocol that was not chosen; null where it cannot be agreed on for what is to be learned."""

    protocol: str
    seconds: float | None
    bytes: int | None
    why_not: str


class PlanOut(View):
    """What an alignment is expected to take; bytes are those of both sides' messages."""

    protocol: str
    seconds: float
    bytes: int
    why: str
    alternatives: list[AlternativeOut]
    mbit_per_s: float
    round_trip_ms: float
    link: Annotated[str, pydantic.Field(description="Where the numbers of the way come from: measured, assumed, set.")]
    table: Annotated[
        Literal["", "sent", "kept"],
        pydantic.Field(description="The prepared table that is counted on; empty: none, or the protocol uses none."),
    ] = ""
