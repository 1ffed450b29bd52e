"""What both halves of predict compute."""

import functools
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.components.predict.spec import HELLO_PROMOTER, HELLO_PROVIDER, Params
from kernel.core import Context, Role
from kernel.core.errors import NotAligned, TooFewRows
from kernel.ml.scoring import score_part
from kernel.ml.scoring.arrow import columns_of
from kernel.ml.scoring.linear import raw_columns
from kernel.protocol.alignment import fingerprint


def check_alignment(ctx: Context) -> None:
    """Compare rows with the partners.

    Raises
    ------
    TooFewRows, NotAligned
        No rows; other rows, or another order.
    """
    table = ctx.inputs["table"]
    if not table.n_rows:
        raise TooFewRows("there are no rows to score")
    hello = table.n_rows.to_bytes(8, "big") + fingerprint(ctx.job, table.ids().tolist()).encode()
    if ctx.role is Role.PROMOTER:
        for party in ctx.providers:
            ctx.send(HELLO_PROVIDER, hello, to=party)
        answers = {party: ctx.recv(HELLO_PROMOTER, sender=party) for party in ctx.providers}
    else:
        ctx.send(HELLO_PROMOTER, hello, to=ctx.promoter)
        answers = {ctx.promoter: ctx.recv(HELLO_PROVIDER, sender=ctx.promoter)}
    for party, answer in answers.items():
        if answer != hello:
            raise NotAligned(f"{party} would score other rows than we, or in another order", party=party.member)


def own_scores(ctx: Context, params: Params) -> npt.NDArray[np.int64]:
    """Our fixed-point part of every row's score, in the order of the table."""
    table, model = ctx.inputs["table"], ctx.inputs["model"]
    content = dict(model.content)
    names = raw_columns(content) if params.apply_pipeline else content["columns"]
    for name in names:
        table.schema.kind(name)
    function = functools.partial(
        _scores, kind=model.kind, content=content, names=names, apply_pipeline=params.apply_pipeline
    )
    return np.concatenate(table.run(function))


def _scores(
    part: pa.Table, _: None, *, kind: str, content: dict[str, Any], names: list[str], apply_pipeline: bool
) -> npt.NDArray[np.int64]:
    if not part.num_rows:
        return np.zeros(0, dtype=np.int64)
    return score_part(kind, content, columns_of(part, names), apply_pipeline=apply_pipeline)
