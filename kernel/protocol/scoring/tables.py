"""Scoring the rows of whole tables: what every party of a component does that scores."""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
import pyarrow as pa

from kernel.core import Context, Role
from kernel.core.errors import BadParameters, NotAligned, NotNumeric, TooFewRows
from kernel.data.engine import Table
from kernel.ml.scoring.arrow import columns_of
from kernel.protocol.alignment import fingerprint
from kernel.protocol.scoring.kinds import KINDS, open_part
from kernel.protocol.scoring.messages import HELLO_PROMOTER, HELLO_PROVIDER
from kernel.protocol.scoring.part import Part

Array = npt.NDArray[Any]
_KIND_BYTES = 16


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


def check_alignment(ctx: Context) -> None:
    """Compare rows and the model's kind with the partners.

    Raises
    ------
    TooFewRows, NotAligned, BadParameters
        No rows; other rows, or another order; a model of another kind.
    """
    table = ctx.inputs["table"]
    if not table.n_rows:
        raise TooFewRows("there are no rows to score")
    kind = hashlib.sha256(ctx.inputs["model"].kind.encode()).digest()[:_KIND_BYTES]
    hello = table.n_rows.to_bytes(8, "big") + fingerprint(ctx.job, table.ids().tolist()).encode() + kind
    if ctx.role is Role.PROMOTER:
        for party in ctx.providers:
            ctx.send(HELLO_PROVIDER, hello, to=party)
        answers = {party: ctx.recv(HELLO_PROMOTER, sender=party) for party in ctx.providers}
    else:
        ctx.send(HELLO_PROMOTER, hello, to=ctx.promoter)
        answers = {ctx.promoter: ctx.recv(HELLO_PROVIDER, sender=ctx.promoter)}
    for party, answer in answers.items():
        if answer[:-_KIND_BYTES] != hello[:-_KIND_BYTES]:
            raise NotAligned(f"{party} would score other rows than we, or in another order", party=party.member)
        if answer != hello:
            told = f"{party} has a model of another kind than we"
            hint = "Connect `model` to the same training at all members."
            raise BadParameters(told, party=party.member, hint=hint, public_detail=told)


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
