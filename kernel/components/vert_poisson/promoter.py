"""The promoter: holds the counts and the intercept, and leads the descent."""

import math

import numpy as np

from kernel.components.vert_poisson.spec import OwnParams, Params, earlier, problem
from kernel.core import Context, Model, Outputs
from kernel.crypto import paillier
from kernel.ml.glm import FAMILIES
from kernel.protocol.linear import part
from kernel.protocol.linear.descent import LogLink
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    name = part.named_label(table)
    seen = Look.at(table, columns, name)
    part.check_label(name, seen.label)
    seen.check(columns)
    label = seen.labels.astype(np.float64)
    FAMILIES["poisson"].check(label[:, None])
    unit, mean = math.sqrt(float(np.mean(label**2))), float(label.mean())
    # Weights of zero stand for rates of the mean. The objective then lacks what this level takes off it.
    level, lacks = math.log(mean), mean / unit * math.log(mean)
    least = float(np.mean(label * (1 - np.log(np.maximum(label, 1.0))))) / unit + lacks  # rates equal to the label
    start = earlier(ctx, columns)
    begin = start.weights[:, 0] - np.append(np.zeros(len(columns)), level) if start else np.zeros(len(columns) + 1)
    # A power of two: providers learn no more of the label's mean than that.
    link = LogLink(begin, params.steps, mean / unit, 2.0 ** math.floor(math.log2(unit / mean)), least)
    blocks = part.with_target(table, columns, name, part.Target(0.0, unit))
    goal = problem(ctx, params, link, start)
    trained = part.train(ctx, params.key_bits, blocks, len(columns) + 1, goal, make_key, seen)
    *slopes, intercept = trained.weights[:, 0].tolist()
    intercept += level
    first, *later = trained.losses
    part.report_curve(ctx, first - lacks, [loss - first for loss in later])
    part.report(ctx, columns, slopes, intercept)
    content = part.content(ctx, columns, slopes)
    return {"model": Model("vert_poisson", content | {"intercept": intercept, "label": name, "objective": "poisson"})}
