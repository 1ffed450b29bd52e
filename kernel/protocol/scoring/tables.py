"""Scoring the rows of whole tables: what every party of a component does that scores."""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import pyarrow as pa

from kernel.core import Context, Role
from kernel.core.errors import BadParameters, BadPayload, NotNumeric, OtherTraining, TooFewRows
from kernel.data.engine import Table
from kernel.ml.scoring.arrow import columns_of
from kernel.protocol.alignment import Greeting, Rows
from kernel.protocol.scoring.kinds import KINDS, open_part
from kernel.protocol.scoring.messages import HELLO_PROMOTER, HELLO_PROVIDER, KIND_BYTES
from kernel.protocol.scoring.part import Part
from kernel.protocol.training import ID_BYTES

Array = npt.NDArray[Any]


def model_part(ctx: Context, *, apply_pipeline: bool) -> Part:
    """Read our part of the model.

    Raises
    ------
    BadParameters
        What is connected scores nothing: preprocessing, say.
    BadPayload
        Its content is none of its kind.
    UnknownColumn
        The table lacks a column of it.
    """
    kind = ctx.inputs["model"].kind
    if kind not in KINDS:
        told = f"model: what is connected is of kind {kind}, which scores nothing"
        raise BadParameters(told, hint="Connect `model` to a training node.", public_detail=told)
    part = open_part(kind, ctx.inputs["model"].content)
    for name in part.raw_columns if apply_pipeline else part.columns:
        ctx.inputs["table"].schema.kind(name)
    return part


def check_alignment(ctx: Context, part: Part) -> None:
    """Compare rows, the model's kind and its training with the partners.

    Raises
    ------
    TooFewRows, NotAligned, BadParameters, OtherTraining
        No rows; other rows, or another order; a model of another kind, or a part of another training.
    """
    table = ctx.inputs["table"]
    if not table.n_rows:
        raise TooFewRows("there are no rows to score")
    rows = Rows.of(ctx.job, table.ids().tolist())
    kind = hashlib.sha256(ctx.inputs["model"].kind.encode()).digest()[:KIND_BYTES]
    training = bytes.fromhex(part.training) or bytes(ID_BYTES)
    hello = Greeting(kind + training).dumps(rows)
    if ctx.role is Role.PROMOTER:
        for party in ctx.providers:
            ctx.send(HELLO_PROVIDER, hello, to=party)
        answers = {party: ctx.recv(HELLO_PROMOTER, sender=party) for party in ctx.providers}
    else:
        ctx.send(HELLO_PROMOTER, hello, to=ctx.promoter)
        answers = {ctx.promoter: ctx.recv(HELLO_PROVIDER, sender=ctx.promoter)}
    for party, answer in answers.items():
        told = Greeting.loads(answer, rows, party).first
        if len(told) != len(kind + training):
            raise BadPayload("a malformed greeting", party=party.member)
        if told[:KIND_BYTES] != kind:
            unlike = f"{party} has a model of another kind than we"
            hint = "Connect `model` to the same training at all members."
            raise BadParameters(unlike, party=party.member, hint=hint, public_detail=unlike)
        if told[KIND_BYTES:] != training:
            mixed = f"{party} has a part of another training than {ctx.me}"
            raise OtherTraining(mixed, party=party.member, public_detail=mixed)


def by_partition(table: Table, answers: Mapping[str, Array]) -> list[dict[str, Array]]:
    """Cut answers on all rows into those on each partition's rows, as arguments of `table.run`."""
    ends = itertools.pairwise(itertools.accumulate(table.sizes, initial=0))
    return [{name: rows[start:stop] for name, rows in answers.items()} for start, stop in ends]


def own_rows(rows: pa.Table, _: Any, *, part: Part, apply_pipeline: bool) -> Array:
    """Compute what our part gives for a partition; first axis rows."""
    names = part.raw_columns if apply_pipeline else part.columns
    try:
        return part.own(columns_of(rows, names), rows.num_rows, apply_pipeline=apply_pipeline)
    except ValueError as problem:  # a text that is no number
        raise NotNumeric(f"not all numbers: {', '.join(names)}", public_detail=NotNumeric.title) from problem
