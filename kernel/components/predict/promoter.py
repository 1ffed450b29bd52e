"""The promoter makes scores of all parts: it adds them, or walks its trees by them."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.components.predict.columns import columns
from kernel.components.predict.spec import SCORE_SHARE, Params
from kernel.core import Context, Outputs
from kernel.data import Schema
from kernel.protocol.scoring import Part, tables
from kernel.protocol.scoring.messages import DECISIONS

Array = npt.NDArray[Any]


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Score the table."""
    del own
    table = ctx.inputs["table"]
    part = tables.model_part(ctx, apply_pipeline=params.apply_pipeline)
    tables.check_alignment(ctx, part)
    message = SCORE_SHARE if part.masked else DECISIONS
    answers = {
        party.member: part.read(ctx.recv(message, sender=party), table.n_rows, party.member) for party in ctx.providers
    }
    function = functools.partial(_scores, part=part, apply_pipeline=params.apply_pipeline)
    with ctx.step("own part", 0.2):
        outcome = part.outcome(np.concatenate(table.run(function, tables.by_partition(table, answers))))
    schema: Schema = table.schema
    made: dict[str, Any] = {schema.id_column: pa.array(table.ids().tolist(), pa.string()), **columns(outcome)}
    label = schema.label_column if schema.label_column not in {"", *made} else ""
    if label:
        made[label] = pa.concat_arrays(
            [chunk for part in table.run(_column, [label] * len(table.sizes)) for chunk in part.chunks]
        )
    arrow = pa.table(made)
    ctx.tracker.metric("rows", arrow.num_rows)
    return {"prediction": ctx.engine.from_arrow(arrow, Schema.of(arrow.schema, schema.id_column, label))}


def _scores(rows: pa.Table, answers: Mapping[str, Array], *, part: Part, apply_pipeline: bool) -> Array:
    """Raw scores of a partition, from its own columns and the providers' answers for its rows."""
    return part.combine(tables.own_rows(rows, None, part=part, apply_pipeline=apply_pipeline), answers)


def _column(part: pa.Table, name: str) -> pa.ChunkedArray:
    return part.column(name)
