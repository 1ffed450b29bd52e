"""A provider: trains its own weights without seeing a count, a rate or a gradient."""

import numpy as np

from kernel.components.vert_poisson.spec import OwnParams, Params, earlier, problem
from kernel.core import Context, Model, Outputs
from kernel.crypto import paillier
from kernel.protocol.linear import part
from kernel.protocol.linear.descent import LogLink
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    seen = Look.at(table, columns)
    seen.check(columns)
    start = earlier(ctx, columns)
    link = LogLink(start.weights[:, 0] if start else np.zeros(len(columns)), params.steps)
    goal = problem(ctx, params, link, start)
    trained = part.train(ctx, params.key_bits, table.blocks(columns), len(columns), goal, make_key, seen)
    weights = trained.weights[:, 0].tolist()
    part.report(ctx, columns, weights, None)
    return {"model": Model("vert_poisson", part.content(ctx, columns, weights))}
