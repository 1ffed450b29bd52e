"""The promoter: holds the label, the intercept and the curve of the objective."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.components.vert_lr.spec import OwnParams, Params, problem
from kernel.core import Context, Model, Outputs
from kernel.core.errors import BadLabel
from kernel.crypto import paillier
from kernel.data.engine import Blocks
from kernel.ml.classes import Classes
from kernel.protocol.linear import part
from kernel.protocol.linear.look import Look
from kernel.protocol.linear.setup import KeyMaker

Floats = npt.NDArray[np.float64]


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    columns = table.schema.numeric_features(own.columns)
    label = part.named_label(table)
    seen = Look.at(table, columns, label)
    classes: list[Any] = []
    if params.multi_class == "none":
        _check_binary(label, seen)
        seen.check(columns)
        blocks = part.with_target(table, columns, label, part.Target(0.5, 0.5))
    else:
        seen.check(columns)
        blocks, classes = _one_vs_rest(table.blocks(columns), seen.labels)
    goal = problem(ctx, params, columns, classes)
    trained = part.train(ctx, params.key_bits, blocks, len(columns) + 1, goal, make_key, seen)
    part.report_curve(ctx, math.log(2) * max(1, len(classes)), trained.losses)
    content: dict[str, Any] = {"label": label}
    if classes:
        *slopes, intercept = trained.weights.tolist()
        part.report_classes(ctx, [*columns, "intercept"], trained.weights, classes)
        content |= {"objective": "one_vs_rest", "classes": classes}
    else:
        *slopes, intercept = trained.weights[:, 0].tolist()
        part.report(ctx, columns, slopes, intercept)
    return {"model": Model("vert_lr", part.content(ctx, columns, slopes) | content | {"intercept": intercept})}


def _check_binary(name: str, seen: Look) -> None:
    part.check_label(name, seen.label)
    values = np.unique(seen.labels).tolist()
    if values != [0.0, 1.0]:
        shown = ", ".join(f"{value:g}" for value in values[:5])
        raise BadLabel(
            f"the label {name} has the values {shown}; 0 and 1 are needed",
            hint="Choose multi_class: one_vs_rest for a label of several classes, or another label.",
        )


def _one_vs_rest(features: Blocks, label: npt.NDArray[Any]) -> tuple[Blocks, list[Any]]:
    """Features, the constant column, and for each class a target: 1 in its rows, -1 in all others; and the classes."""
    classes = Classes.of(label, "one_vs_rest")
    targets = np.full((len(label), len(classes.plain)), -1.0)
    targets[np.arange(len(label)), classes.places(label)] = 1.0
    return features.beside(np.hstack([np.ones((len(label), 1)), targets])), classes.plain
