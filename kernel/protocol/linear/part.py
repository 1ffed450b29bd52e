"""What the halves of linear components do before and after training."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.component import Model
from kernel.core.context import Context
from kernel.core.errors import BadLabel
from kernel.crypto.prg import Stream
from kernel.data.engine import Blocks, Table
from kernel.data.schema import NUMERIC
from kernel.ml.scoring import prune
from kernel.ml.summary import Summary, summarise
from kernel.protocol.linear import look
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker, agree
from kernel.protocol.linear.training import Problem, Trained, Trainer
from kernel.protocol.training import training_id

Floats = npt.NDArray[np.float64]


def checked_features(table: Table, columns: Sequence[str]) -> Blocks:
    """Features as blocks.

    Raises
    ------
    TooFewRows, MissingValues, ConstantColumns
        With the names of the columns.
    """
    blocks = table.blocks(columns)
    look.check(blocks.n_rows, summarise(blocks), columns)
    return blocks


def named_label(table: Table) -> str:
    """Name of the label.

    Raises
    ------
    BadLabel
        There is none.
    """
    name = table.schema.label_column
    if not name:
        raise BadLabel(
            "the promoter's table has no label column",
            hint="Choose the label in the data_import node (`label`), or import the table with its label column.",
        )
    return name


def checked_label(table: Table) -> str:
    """Name of a label of numbers.

    Raises
    ------
    BadLabel
        There is none, it is not a number, or has missing values.
    """
    name = named_label(table)
    check_label(name, summarise(table.blocks((name,))) if table.schema.kind(name) in NUMERIC else None)
    return name


def check_label(name: str, label: Summary | None) -> Summary:
    """Refuse a label that is not a number, which None stands for, or has missing values: BadLabel."""
    if label is None:
        raise BadLabel(f"the label {name} is not a number")
    if label.n_missing[0]:
        raise BadLabel(f"the label {name} has missing values", hint="Drop the rows that have no label.")
    return label


def train(
    ctx: Context,
    key_bits: int,
    blocks: Blocks,
    n_weights: int,
    problem: Problem,
    make_key: KeyMaker,
    seen: Look,
) -> Trained:
    """Make a key, agree with the partners, and train.

    Parameters
    ----------
    seen
        What one look at the rows has told, so that nothing of it is asked again.
    """
    with ctx.step("making a key", 0.0):
        key = make_key(key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    with ctx.step("agreeing with the partners", 0.02):
        n_targets = blocks.n_columns - n_weights
        setup = agree(ctx, key, seen.ids, n_weights, n_targets, problem.targets, problem.start)
    return Trainer(ctx, setup, blocks, problem, seen.gram).run()


@dataclass(frozen=True)
class Target:
    """(label - mean)/scale, which has mean square one; and whether there is an intercept."""

    mean: float
    scale: float
    intercept: bool = True


def with_target(table: Table, columns: Sequence[str], label: str, target: Target) -> Blocks:
    """Make the promoter's matrix: its columns, the constant one if there is an intercept, the target."""
    made = functools.partial(_with_target, target=target)
    return table.blocks((*columns, label)).map(made, len(columns) + target.intercept + 1)


def _with_target(block: Floats, *, target: Target) -> Floats:
    ones = np.ones((len(block), int(target.intercept)))
    return np.hstack([block[:, :-1], ones, (block[:, -1:] - target.mean) / target.scale])


def report(
    ctx: Context,
    columns: Sequence[str],
    weights: Sequence[float],
    intercept: float | None,
    errors: Floats | None = None,
    title: str = "Own weights",
) -> None:
    """Show our own weights, and how sure they are by the normal distribution; errors have the intercept's last."""
    names, values = list(columns), list(weights)
    if intercept is not None:
        names, values = [*names, "intercept"], [*values, intercept]
    shown: list[list[str | float]] = [[name, round(w, 6)] for name, w in zip(names, values, strict=True)]
    for row, value, error in zip(shown, values, [] if errors is None else errors.tolist(), strict=False):
        score = value / error if error else 0.0
        row += [round(error, 6), round(score, 3), math.erfc(abs(score) / math.sqrt(2))]
    if intercept is not None:
        shown.insert(0, shown.pop())
    titles = ["column", "weight", *([] if errors is None else ["standard error", "z", "p"])]
    ctx.tracker.block("table", title, {"columns": titles, "rows": shown})


def report_classes(ctx: Context, names: Sequence[str], weights: Floats, classes: Sequence[Any]) -> None:
    """Show our own weights for each class, columns × classes."""
    rows = [
        [name, str(label), round(weight, 6)]
        for name, of_classes in zip(names, weights.tolist(), strict=True)
        for label, weight in zip(classes, of_classes, strict=True)
    ]
    ctx.tracker.block("table", "Own weights", {"columns": ["column", "class", "weight"], "rows": rows})


def report_curve(ctx: Context, start: float, losses: Sequence[float]) -> None:
    """Show the objective at the promoter, from its value without any weight."""
    values = [start, *(start + loss for loss in losses)]
    ctx.tracker.metric("objective", values[-1])
    ctx.tracker.block(
        "curve",
        "Objective",
        {
            "x": {"name": "stage", "values": list(range(len(values)))},
            "series": [{"name": "objective", "values": values}],
        },
    )


def content(
    ctx: Context, columns: Sequence[str], weights: Sequence[float] | Sequence[Sequence[float]]
) -> dict[str, Any]:
    """Say what every member's part of a linear model says; of several classes each column has a list of weights."""
    pipeline = ctx.inputs.get("pipeline")
    return {
        "role": str(ctx.role),
        "members": [ctx.promoter.member, *(party.member for party in ctx.providers)],
        "training": training_id(ctx),
        "columns": list(columns),
        "weights": list(weights),
        "pipeline": prune(pipeline.content["steps"], columns)[0] if isinstance(pipeline, Model) else [],
    }
