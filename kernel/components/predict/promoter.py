"""The promoter adds all parts and gets the scores."""

from typing import Any

import numpy as np
import pyarrow as pa

from kernel.components.predict import shared
from kernel.components.predict.spec import SCORE_SHARE, Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadPayload
from kernel.data import Schema
from kernel.ml.scoring import probability
from kernel.protocol.scoring import combine


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Score the table."""
    del own
    table = ctx.inputs["table"]
    shared.check_alignment(ctx)
    with ctx.step("own part", 0.2):
        part = shared.own_scores(ctx, params)
    shares = []
    for party in ctx.providers:
        payload = ctx.recv(SCORE_SHARE, sender=party)
        if len(payload) != 8 * len(part):
            raise BadPayload("scores for another number of rows", party=party.member)
        shares.append(np.frombuffer(payload, dtype="<u8").astype(np.uint64))
    score = combine(part, shares)
    schema: Schema = table.schema
    columns: dict[str, Any] = {
        schema.id_column: pa.array(table.ids().tolist(), pa.string()),
        "score": score,
        "probability": probability(score),
    }
    label = schema.label_column if schema.label_column not in {"", "score", "probability"} else ""
    if label:
        columns[label] = pa.concat_arrays(
            [chunk for part in table.run(_column, [label] * len(table.sizes)) for chunk in part.chunks]
        )
    arrow = pa.table(columns)
    ctx.tracker.metric("rows", len(score))
    return {"prediction": ctx.engine.from_arrow(arrow, Schema.of(arrow.schema, schema.id_column, label))}


def _column(part: pa.Table, name: str) -> pa.ChunkedArray:
    return part.column(name)
