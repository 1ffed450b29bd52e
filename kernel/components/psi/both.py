"""The part of every role: the protocol itself says who compares."""

from typing import Any

from kernel.components.psi.spec import RING
from kernel.core import Context, Outputs
from kernel.core.errors import DuplicateIds
from kernel.protocol.psi.ring import intersect


def run(ctx: Context, params: Any, own: Any) -> Outputs:
    """Align the table with the partners' tables."""
    del params, own
    table = ctx.inputs["table"]
    ids = table.ids().tolist()
    if len(set(ids)) != len(ids) or not all(ids):
        raise DuplicateIds(f"{len(ids) - len(set(ids))} repeated and {ids.count('')} empty ids among {len(ids)}")
    found = intersect(ctx, RING, ids)
    with ctx.step("arranging the common rows", 0.9):
        aligned = table.arrange(found.ids)
    ctx.tracker.metric("rows", found.n_own)
    ctx.tracker.metric("common", len(found.ids))
    rows: list[list[Any]] = [["own rows", found.n_own], ["common ids", len(found.ids)]]
    rows += [[f"overlap of {' and '.join(members)}", size] for members, size in found.overlaps.items()]
    rows.append(["share of own rows kept", round(len(found.ids) / found.n_own, 4)])
    ctx.tracker.block("table", "Alignment", {"columns": ["what", "value"], "rows": rows})
    return {"table": aligned}
