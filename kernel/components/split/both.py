"""Every role cuts its own table; equal ids and an equal seed make equal cuts."""

from typing import Any

import numpy as np

from kernel.components.split.reference import held_out
from kernel.components.split.spec import Params
from kernel.core import Context, Outputs
from kernel.core.errors import TooFewRows


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Hold rows out by a seeded hash of their ids; the order of the rows stays."""
    del own
    table = ctx.inputs["table"]
    ids = table.ids()
    out = held_out(ids.tolist(), params.test_fraction, params.seed)
    chosen = np.array([text in out for text in ids.tolist()], dtype=bool)
    if not chosen.any() or chosen.all():
        raise TooFewRows(f"{len(ids)} rows cannot be split with test_fraction {params.test_fraction}")
    ctx.tracker.metric("train_rows", int(np.sum(~chosen)))
    ctx.tracker.metric("test_rows", int(np.sum(chosen)))
    rows = [["train", int(np.sum(~chosen))], ["test", int(np.sum(chosen))]]
    ctx.tracker.block("table", "Split", {"columns": ["part", "rows"], "rows": rows})
    return {"train": table.arrange(ids[~chosen]), "test": table.arrange(ids[chosen])}
