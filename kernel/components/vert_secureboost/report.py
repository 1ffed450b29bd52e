"""What the promoter shows of a training."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kernel.core import Context
from kernel.ml.trees.tree import LEAF, Tree
from kernel.protocol.trees.state import PromoterState
from kernel.protocol.trees.training import purity


def show(ctx: Context, state: PromoterState, trees: Sequence[Tree], target: npt.NDArray[np.float64]) -> None:
    """Curve of the loss, importance of own columns and of each provider as a whole, figures of the trees, leakage.

    Parameters
    ----------
    target
        Of the training rows.
    """
    tracker = ctx.tracker
    tracker.metric("objective", state.losses[len(trees)])
    tracker.metric("trees", len(trees))
    series = [{"name": "training", "values": state.losses}]
    if state.validation:
        tracker.metric("validation_objective", state.validation[len(trees)])
        series.append({"name": "validation", "values": state.validation})
    x = {"name": "trees", "values": list(range(len(state.losses)))}
    tracker.block("curve", "Objective", {"x": x, "series": series})
    tracker.block("table", "Importance", {"columns": ["of", "splits", "gain"], "rows": _importance(ctx, state, trees)})
    members = [party.member for party in (ctx.promoter, *ctx.providers)]
    rows = [
        [number, tree.depth, tree.n_leaves, *(tree.owner.count(member) for member in range(len(members)))]
        for number, tree in enumerate(trees, 1)
    ]
    shown = ["tree", "depth", "leaves", *(f"splits of {member}" for member in members)]
    tracker.block("table", "Trees", {"columns": shown, "rows": rows})
    if state.purity:
        base = purity(np.zeros(len(target), dtype=np.int64), target)
        tracker.metric("leaf_purity", state.purity[0][1])
        leaks = [[number + 1, round(share, 6), round(base, 6)] for number, share in state.purity]
        columns = ["tree", "rows with the label of most in their leaf", "rows with the label of most"]
        tracker.block("table", "What leaves tell of labels", {"columns": columns, "rows": leaks})


def _importance(ctx: Context, state: PromoterState, trees: Sequence[Tree]) -> list[list[object]]:
    """Own columns by name, providers by member; the largest gain first."""
    figures: dict[tuple[int, str], tuple[int, float]] = {}
    for tree in trees:
        for owner, split, gain in zip(tree.owner, tree.split, tree.gain, strict=True):
            if owner == LEAF:
                continue
            # A column may be called like a member.
            of = owner, ctx.providers[owner - 1].member if owner else str(state.splits[split]["column"])
            count, total = figures.get(of, (0, 0.0))
            figures[of] = count + 1, total + gain
    ranked = sorted(figures.items(), key=lambda item: -item[1][1])
    return [[name, count, float(np.round(total, 6))] for (_, name), (count, total) in ranked]
