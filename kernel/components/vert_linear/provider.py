"""A provider: trains its own weights without seeing a label, a score or a gradient."""

from kernel.components.vert_linear.spec import WEIGHTS_TITLE, OwnParams, Params, problem
from kernel.core import Context, Model, Outputs
from kernel.crypto import paillier
from kernel.protocol.linear import part
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    seen = Look.at(table, columns)
    seen.check(columns)
    goal = problem(ctx, params)
    trained = part.train(ctx, params.key_bits, table.blocks(columns), len(columns), goal, make_key, seen)
    weights = trained.weights[:, 0].tolist()
    part.report(ctx, columns, weights, None, trained.errors, WEIGHTS_TITLE)
    return {"model": Model("vert_linear", part.content(ctx, columns, weights))}
