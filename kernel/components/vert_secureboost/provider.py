"""A provider: splits rows by its own columns without seeing a label, a score or a gradient."""

import functools
from collections import Counter

from kernel.components.vert_secureboost import shared
from kernel.components.vert_secureboost.spec import OwnParams, Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadParameters
from kernel.protocol.trees import counting, noise
from kernel.protocol.trees.provider import Provider
from kernel.protocol.trees.schemes import BY_NAME, Schemes
from kernel.protocol.trees.setup import follow


def run(
    ctx: Context,
    params: Params,
    own: OwnParams,
    schemes: Schemes | None = None,
    key_bits: int = 0,
) -> Outputs:
    """Train; `schemes` and `key_bits` are given by tests and measurements only."""
    schemes, key_bits = schemes or BY_NAME[params.cipher], key_bits or params.key_bits
    options = shared.options(params)
    if own.weight:
        raise BadParameters("weight: rows are weighted by the promoter")
    prepared = shared.prepare(ctx, own)
    n_candidates = prepared.columns.n_candidates(params.feature_sample) if prepared.columns.bins else 0
    with ctx.step("agreeing with the partners", 0.02):
        plan = functools.partial(shared.plan, params)
        agreed = follow(ctx, lambda data: schemes.read(data, key_bits), prepared.ours, n_candidates, plan)
    provider = Provider(ctx, agreed, options, prepared.columns, own.min_gap_rows, schemes)
    splits = provider.run()
    if params.privacy == "noise" and n_candidates:
        with ctx.step("sending noised bins", 0.05):
            noise.send(ctx, prepared.columns, params.epsilon, provider.state.seed)
        with ctx.step("waiting for the trees", 0.1):
            splits = noise.learn_splits(ctx, prepared.columns, params.n_trees * ((1 << params.max_depth) - 1))
    elif params.early_stop and n_candidates:
        splits = counting.hear(ctx, splits)
    uses = Counter(split["column"] for split in splits)
    ctx.tracker.block(
        "table",
        "Own columns by splits",
        {"columns": ["column", "splits"], "rows": [list(row) for row in uses.most_common()]},
    )
    return {"model": shared.model(ctx, splits, {})}
