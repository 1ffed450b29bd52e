"""A member's part of the model: where it begins, what it says, and what is shown of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel.core.component import Model
from kernel.core.context import Context
from kernel.core.errors import BadParameters
from kernel.protocol.linear import part
from kernel.protocol.scoring import open_part

Floats = npt.NDArray[np.float64]
_STARTS = ("vert_lr", "vert_glm_open_score", "vert_glm_coordinated")


def start_of(ctx: Context, names: Sequence[str], n_outputs: int, about: dict[str, Any] | None = None) -> Floats:
    """Weights to begin with: those of the model at the port `start`, or zeros.

    Parameters
    ----------
    about
        What the promoter's model has to say of objective and classes; the last row is then the intercept.

    Returns
    -------
    array, shape (columns, outputs)

    Raises
    ------
    BadParameters, BadPayload
        The model at `start` is of another kind, other columns, members, classes or another objective; or broken.
    """
    rows = len(names) + (about is not None)
    model = ctx.inputs.get("start")
    if model is None:
        return np.zeros((rows, n_outputs))
    if not isinstance(model, Model) or model.kind not in _STARTS:
        raise _unfit(f"it is no model of {', '.join(_STARTS)}")
    open_part(model.kind, model.content)
    content = model.content
    if list(content.get("members", [])) != [party.member for party in ctx.owners] or content.get("role") != ctx.role:
        raise _unfit("it was trained by other members, or in other roles")
    if list(content["columns"]) != list(names):
        strange = sorted(set(content["columns"]) ^ set(names))
        raise _unfit(f"its columns are others, or in another order: {', '.join(strange) or 'the order differs'}")
    if about is not None:
        known = {"objective": content.get("objective", "binary"), "classes": list(content.get("classes", []))}
        if known != about:
            raise _unfit("it was trained for another objective or other classes")
    weights = np.array(content["weights"], dtype=np.float64).reshape(len(names), -1)
    if about is not None:
        weights = np.vstack([weights, np.atleast_1d(np.array(content.get("intercept", 0.0), dtype=np.float64))])
    if weights.shape != (rows, n_outputs):
        raise _unfit("its weights are not one for each column and output")
    return weights


def _unfit(why: str) -> BadParameters:
    told = "start: the model does not fit this training"
    return BadParameters(
        f"{told}: {why}", hint="Connect a model of the same columns and label, or none.", public_detail=told
    )


def content(ctx: Context, names: Sequence[str], weights: Floats) -> dict[str, Any]:
    """Say what a provider's part says; with one output a number a column, with several a list of them."""
    plain = weights[:, 0].tolist() if weights.shape[1] == 1 else weights.tolist()
    return part.content(ctx, names, plain)


def promoter_content(
    ctx: Context, names: Sequence[str], weights: Floats, objective: str, classes: Sequence[Any]
) -> dict[str, Any]:
    """Say what the promoter's part says; its intercepts are the last row."""
    told = content(ctx, names, weights[:-1])
    several = {"classes": list(classes)} if classes else {}
    intercept = weights[-1].tolist() if classes else float(weights[-1, 0])
    label = ctx.inputs["train"].schema.label_column
    return told | several | {"objective": objective, "intercept": intercept, "label": label}


def report(ctx: Context, names: Sequence[str], weights: Floats, outputs: Sequence[str]) -> None:
    """Show own weights, by output where there are several, and whether an earlier model was the start."""
    titles = ["column", *(outputs if weights.shape[1] > 1 else ["weight"])]
    rows = [[name, *(round(value, 6) for value in row)] for name, row in zip(names, weights.tolist(), strict=True)]
    ctx.tracker.block("table", "Own weights", {"columns": titles, "rows": rows})
    ctx.tracker.metric("warm_start", float("start" in ctx.inputs))


def report_losses(ctx: Context, losses: Sequence[float]) -> None:
    """Show the mean loss of each epoch, at the promoter."""
    ctx.tracker.metric("loss", losses[-1])
    ctx.tracker.metric("epochs", len(losses))
    series = [{"name": "loss", "values": list(losses)}]
    x = {"name": "epoch", "values": list(range(1, len(losses) + 1))}
    ctx.tracker.block("curve", "Mean loss", {"x": x, "series": series})
