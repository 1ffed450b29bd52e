"""The part of every role: the protocol itself says who compares."""

from functools import partial
from typing import Any

from kernel.components.psi.spec import PAIR, RING, RING_NAME, Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadParameters, DuplicateIds
from kernel.protocol.psi.pair import AUTO, intersect_two
from kernel.protocol.psi.ring import intersect

_PAIR = 2


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Align the table with the partners' tables."""
    del own
    several = len(ctx.parties) > _PAIR
    if several and params.protocol not in {AUTO, RING_NAME}:
        raise BadParameters(
            f"protocol: {params.protocol} is for two members, and there are {len(ctx.parties)}",
            hint="Choose auto or the ring for three and more.",
        )
    table = ctx.inputs["table"]
    ids = table.ids().tolist()
    if len(set(ids)) != len(ids) or not all(ids):
        raise DuplicateIds(f"{len(ids) - len(set(ids))} repeated and {ids.count('')} empty ids among {len(ids)}")
    pair = partial(intersect_two, ctx, PAIR, params.protocol)
    in_ring = several or params.protocol == RING_NAME
    found = (partial(intersect, ctx, RING) if in_ring else pair)(ids)
    with ctx.step("arranging the common rows", 0.9):
        aligned = table.arrange(found.ids)
    ctx.tracker.metric("rows", found.n_own)
    ctx.tracker.metric("common", len(found.ids))
    rows: list[list[Any]] = [["own rows", found.n_own], ["common ids", len(found.ids)]]
    rows += [[f"overlap of {' and '.join(members)}", size] for members, size in found.overlaps.items()]
    rows.append(["share of own rows kept", round(len(found.ids) / found.n_own, 4)])
    rows += [list(fact) for fact in found.facts.items()]
    ctx.tracker.block("table", "Alignment", {"columns": ["what", "value"], "rows": rows})
    return {"table": aligned}
