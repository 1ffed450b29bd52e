"""The promoter walks its trees and notes where each row ends."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kernel.components.leaf_encoder.shared import tree_part
from kernel.components.leaf_encoder.spec import Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadParameters
from kernel.data import Schema
from kernel.protocol.scoring import TreePart, tables
from kernel.protocol.scoring.messages import DECISIONS

Array = npt.NDArray[Any]


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Encode the table."""
    del own
    part, table = tree_part(ctx, params), ctx.inputs["table"]
    schema: Schema = table.schema
    kept = [name for name in schema.names if params.keep_columns or name in {schema.id_column, schema.label_column}]
    answers = {
        party.member: part.read(ctx.recv(DECISIONS, sender=party), table.n_rows, party.member)
        for party in ctx.providers
    }
    function = functools.partial(_leaves, part=part, apply_pipeline=params.apply_pipeline)
    with ctx.step("own part", 0.2):
        leaves = np.concatenate(table.run(function, tables.by_partition(table, answers)))
    rows = table.collect().select(kept)
    for place, column in enumerate(leaves.T):
        name = f"tree{place + 1}"
        if name in kept:
            raise BadParameters(f"the table has a column {name} already", hint="Set keep_columns to false.")
        texts = pa.array([str(number) for number in range(int(column.max(initial=0)) + 1)])
        rows = rows.append_column(name, pa.DictionaryArray.from_arrays(pa.array(column), texts).cast(pa.string()))
    shown = [[place + 1, len(np.unique(column))] for place, column in enumerate(leaves.T)]
    ctx.tracker.block("table", "Leaves", {"columns": ["tree", "leaves reached"], "rows": shown})
    return {"table": ctx.engine.from_arrow(rows, Schema.of(rows.schema, schema.id_column, schema.label_column))}


def _leaves(
    rows: pa.Table, answers: Mapping[str, Array], *, part: TreePart, apply_pipeline: bool
) -> npt.NDArray[np.int32]:
    """Leaves of a partition's rows, shape (rows, trees)."""
    own = tables.own_rows(rows, None, part=part, apply_pipeline=apply_pipeline)
    return part.leaves(own, answers).astype(np.int32)
