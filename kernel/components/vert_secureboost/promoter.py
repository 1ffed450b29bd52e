"""The promoter: holds the label, the scores and the trees."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from kernel.components.vert_secureboost import report, shared
from kernel.components.vert_secureboost.spec import OwnParams, Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadLabel, BadParameters, MissingValues
from kernel.crypto.prg import Stream, derive
from kernel.data.schema import NUMERIC
from kernel.data.values import column
from kernel.ml.trees import objective
from kernel.protocol.trees import counting, noise
from kernel.protocol.trees.growth import Promoter
from kernel.protocol.trees.schemes import BY_NAME, Schemes
from kernel.protocol.trees.setup import lead
from kernel.protocol.trees.training import Goal, Trainer

_POOL = 1 << 16  # blinding factors held ready: 32 MB under a key of 2048 bits


def run(
    ctx: Context,
    params: Params,
    own: OwnParams,
    make_key: Callable[[int, Stream], Any] | None = None,
    schemes: Schemes | None = None,
) -> Outputs:
    """Train; `make_key` and `schemes` are given by tests and measurements only."""
    schemes = schemes or BY_NAME[params.cipher]
    options = shared.options(params)
    if params.early_stop and "validation" not in ctx.inputs:
        raise BadParameters("early_stop: it needs rows at the port validation")
    goal = _goal(ctx, params, own)
    prepared = shared.prepare(ctx, own)
    columns = prepared.columns
    with ctx.step("making a key", 0.01):
        key = (make_key or schemes.generate)(params.key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    n_candidates = columns.n_candidates(params.feature_sample) if columns.bins else 0
    with ctx.step("agreeing with the partners", 0.02):
        plan = functools.partial(shared.plan, params)
        agreed = lead(ctx, key.public, prepared.ours, len(goal.objective.base), n_candidates, plan)
    noised = [
        party for party, count in zip(ctx.providers, agreed.candidates, strict=True) if agreed.plan.alone and count
    ]
    columns = noise.receive(ctx, columns, noised)
    secret = derive(ctx.rng.token(32), ctx.job, ctx.task, ctx.attempt)
    encrypts = any(agreed.candidates) and not agreed.plan.alone
    ready = min(_POOL, columns.n_training * agreed.fields.n_parts) if encrypts else 0
    with schemes.owner(key, secret, ready) as scheme:
        trainer = Trainer(Promoter(ctx, agreed, options, columns, scheme), goal)
        state = trainer.run()
    trees = state.trees[: trainer.best]
    if agreed.plan.alone:
        state.splits = noise.tell(ctx, trees, state.splits, noised)
    elif params.early_stop:
        counting.tell(ctx, trees, agreed.plan.with_candidates)
        state.splits = state.splits[: counting.asked(trees, 0)]
    report.show(ctx, state, trees, goal.target[: columns.n_training])
    more = {
        "label": ctx.inputs["train"].schema.label_column,
        "objective": params.objective,
        "classes": goal.objective.classes,
        "base_score": goal.objective.base,
        "trees": [tree.content() for tree in trees],
    }
    return {"model": shared.model(ctx, state.splits, more)}


def _goal(ctx: Context, params: Params, own: OwnParams) -> Goal:
    """Labels and weights.

    Raises
    ------
    BadLabel, MissingValues, BadParameters
        One cannot be used.
    """
    train, *validation = shared.tables(ctx)
    name = train.schema.label_column
    if not name:
        raise BadLabel(
            "the promoter's table has no label column",
            hint="Choose the label in the data_import node (`label`), or import the table with its label column.",
        )
    if train.schema.kind(name) not in (*NUMERIC, "string"):
        raise BadLabel("the label is neither a number nor text")
    labels = [column(table, name) for table in (train, *validation)]
    weight = np.ones(train.n_rows)
    if own.weight:
        if train.schema.kind(own.weight) not in NUMERIC or own.weight == name:
            raise BadParameters(f"weight: the column {own.weight} is no weight")
        weight = column(train, own.weight).astype(np.float64)
        if not np.all(np.isfinite(weight)):
            raise MissingValues(f"the weight {own.weight} is missing in some rows", hint="Leave these rows out.")
        if np.any(weight < 0) or not np.any(weight > 0):
            raise BadParameters(f"weight: {own.weight} has negative values, or nothing but zeros")
    if not train.n_rows:
        raise BadLabel("there are no rows")
    chosen = objective.of(params.objective, labels[0], weight)
    return Goal(chosen, np.concatenate([chosen.target(label) for label in labels]), weight)
