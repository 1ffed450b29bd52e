"""The promoter: holds the label, the intercept and the curve of the objective, and learns how well the model fits."""

import math

import numpy as np

from kernel.components.vert_linear.spec import WEIGHTS_TITLE, OwnParams, Params, problem
from kernel.core import Context, Model, Outputs
from kernel.core.errors import BadLabel
from kernel.crypto import paillier
from kernel.ml.summary import Summary
from kernel.protocol.linear import part
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    label = part.named_label(table)
    seen = Look.at(table, columns, label)
    numbers = part.check_label(label, seen.label)
    seen.check(columns)
    target = _target(label, numbers, intercept=params.intercept)
    blocks = part.with_target(table, columns, label, target)
    goal, n_weights = problem(ctx, params), len(columns) + params.intercept
    trained = part.train(ctx, params.key_bits, blocks, n_weights, goal, make_key, seen)
    slopes = trained.weights[:, 0].tolist()
    intercept = slopes.pop() if params.intercept else None
    part.report_curve(ctx, 0.5, trained.losses)
    _report_fit(ctx, target, trained.fit or 0.0)
    part.report(ctx, columns, slopes, intercept, trained.errors, WEIGHTS_TITLE)
    content = part.content(ctx, columns, slopes) | {
        "intercept": intercept or 0.0,
        "label": label,
        "objective": "squared",
        "label_mean": target.mean,
        "label_scale": target.scale,
    }
    return {"model": Model("vert_linear", content)}


def _target(label: str, summary: Summary, *, intercept: bool) -> part.Target:
    """Standardise the label, so that no figure of it leaves its range or reaches a provider."""
    mean, std = float(summary.mean[0]), float(summary.std[0])
    if not np.isfinite(mean) or not std > 0:
        raise BadLabel(f"the label {label} has a single value", hint="Choose a label that varies.")
    if intercept:
        return part.Target(mean, std)
    return part.Target(0.0, math.hypot(mean, std), intercept=False)


def _report_fit(ctx: Context, target: part.Target, fit: float) -> None:
    """Half the mean squared error of the standardised label is ½ + fit."""
    left = max(0.0, 1 + 2 * fit)
    ctx.tracker.metric("rmse", target.scale * math.sqrt(left))
    if target.intercept:
        ctx.tracker.metric("r2", 1 - left)
