"""A provider: trains its own weights without seeing a label, a score or a gradient."""

from kernel.components.vert_lr.spec import OwnParams, Params, problem
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
    blocks = table.blocks(columns)
    goal = problem(ctx, params, columns)
    trained = part.train(ctx, params.key_bits, blocks, len(columns), goal, make_key, seen)
    weights = trained.weights[:, 0].tolist()
    if params.multi_class == "none":
        part.report(ctx, columns, weights, None)
    else:
        weights = trained.weights.tolist()
        part.report_classes(ctx, columns, trained.weights, range(1, 1 + trained.weights.shape[1]))
    return {"model": Model("vert_lr", part.content(ctx, columns, weights))}
