"""The promoter's part: gradients from scores, one tree after the other, and when to stop.

1. Setup (`setup`): rows in the same order, public key, numbers of candidates, the newest common checkpoint.
2. For each tree: sample rows, quantise their gradients, send them encrypted (`gradients`).
3. Each level (`growth`, `provider`): providers add up ciphertexts by node, column and bin (`columns`), and answer
   with the sums of all candidate splits in a fresh order, packed and blinded (`ciphers`); the promoter decrypts,
   compares with own candidates (`best`), and tells each winner the position of its candidate (`choice`); winners
   answer with the sides of these nodes' rows, which go on to the others.
4. Leaves' weights from the promoter's own sums; scores; a checkpoint at every party.

After Cheng et al., IEEE Intelligent Systems 2021 (SecureBoost), and Fu et al., SIGMOD 2021 (VF2Boost).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.errors import NotConverged
from kernel.crypto.prg import Stream
from kernel.ml.trees.objective import Objective
from kernel.ml.trees.quantise import quantise
from kernel.ml.trees.sampling import by_gradient, some
from kernel.protocol.trees import gradients
from kernel.protocol.trees.growth import Growth, Promoter
from kernel.protocol.trees.messages import TREE
from kernel.protocol.trees.progress import Progress
from kernel.protocol.trees.state import PromoterState

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Goal:
    """What is learnt: the objective, targets of all rows (training rows first), and the training rows' weights."""

    objective: Objective
    target: Floats
    weight: Floats


def purity(leaf: Integers, target: Floats) -> float:
    """Share of rows with the most frequent class of their leaf: how often whoever knows the leaves guesses it best."""
    classes = target[: len(leaf)].astype(np.int64)
    n_classes = int(classes.max()) + 1
    counts = np.bincount(leaf * n_classes + classes, minlength=(int(leaf.max()) + 1) * n_classes).reshape(-1, n_classes)
    return float(counts.max(axis=1).sum() / len(leaf))


class Trainer:
    """The promoter of one attempt."""

    def __init__(self, promoter: Promoter, goal: Goal) -> None:
        self._p, self._goal = promoter, goal
        ctx, done = promoter.ctx, promoter.agreed.done
        self._n_training, n_rows = promoter.columns.n_training, promoter.columns.n_rows
        base = np.array(goal.objective.base)
        self.state = PromoterState(ctx.rng.token(32), np.tile(base, (n_rows, 1)))
        if done in ctx.checkpoint.steps():
            self.state = PromoterState.loads(ctx.checkpoint.load(done), (n_rows, len(base)))
        else:
            self._measure()
            ctx.checkpoint.save(done, self.state.dumps())
        self._progress = Progress(ctx, promoter.agreed.plan.n_trees, promoter.agreed.plan.max_depth)

    def run(self) -> PromoterState:
        """Train until all trees are grown or the validation loss no longer falls."""
        plan = self._p.agreed.plan
        for number in range(self._p.agreed.done, plan.n_trees):
            if self._stops():
                self._end(number)
                break
            with self._progress.tree(number):
                self._tree(number)
            self._p.ctx.checkpoint.save(number + 1, self.state.dumps())
        return self.state

    @property
    def best(self) -> int:
        """Trees after which the validation loss was least; all of them without a reason to stop early."""
        if not self._p.options.early_stop or not self.state.validation:
            return len(self.state.trees)
        return int(np.argmin(self.state.validation))

    def _tree(self, number: int) -> None:
        state, p = self.state, self._p
        g, h = self._goal.objective.gradients(state.scores[: self._n_training], self._goal.target[: self._n_training])
        g, h = g * self._goal.weight[:, None], h * self._goal.weight[:, None]
        sample = self._sample(number, g)
        sampled = None
        if sample is not None:
            rows, factors = sample
            sampled = np.zeros(self._n_training, dtype=np.bool_)
            sampled[rows] = True
            g, h = g[rows] * factors[:, None], h[rows] * factors[:, None]
        quantised = quantise(g, h)
        to = [p.provider(member) for member in p.agreed.plan.providers(number, 0)]
        gradients.begin(p.ctx, to, number, sampled)
        if to:
            gradients.send(p.ctx, to, number, quantised.values, p.agreed.fields, p.scheme)
        chosen = p.columns.choose(p.options.feature_sample, self._stream("columns", number).permutation)
        n_splits = [state.n_splits(member) for member in range(len(p.ctx.parties))]
        growth = Growth(p, number, quantised, sampled, chosen, n_splits, self._progress.level)
        tree = growth.grow()
        state.trees.append(tree)
        state.splits += growth.splits
        if to and self._goal.objective.classes:
            state.purity.append((number, purity(growth.place[: self._n_training], self._goal.target)))
        state.scores += np.array(tree.weight)[growth.place]
        self._measure()

    def _sample(self, number: int, g: Floats) -> tuple[Integers, Floats] | None:
        """Rows that a tree sees, and by what each one's gradient is multiplied; None for all rows."""
        options, permute = self._p.options, self._stream("rows", number).permutation
        if 0 <= options.goss_start <= number:
            return by_gradient(np.abs(g).sum(axis=1), options.goss_top, options.goss_other, permute)
        if options.row_sample < 1:
            rows = some(self._n_training, options.row_sample, permute)
            return rows, np.ones(len(rows))
        return None

    def _measure(self) -> None:
        """Add to the curves of the mean loss."""
        loss = self._goal.objective.loss(self.state.scores, self._goal.target)
        n, weight = self._n_training, self._goal.weight
        self.state.losses.append(float(np.average(loss[:n], weights=weight)))
        if len(loss) > n:
            self.state.validation.append(float(loss[n:].mean()))
        if not np.isfinite(self.state.losses[-1]):
            raise NotConverged("the loss left its range", public_detail="The loss left its range.")

    def _stops(self) -> bool:
        losses, patience = self.state.validation, self._p.options.early_stop
        return bool(patience and losses and len(losses) - 1 - int(np.argmin(losses)) >= patience)

    def _end(self, number: int) -> None:
        """Tell the providers that wait for a further tree that there is none."""
        plan = self._p.agreed.plan
        for member in range(1, len(plan.with_candidates)):
            later = [tree for tree in range(number, plan.n_trees) if plan.takes_part(member, tree)]
            if later:
                self._p.ctx.send(TREE, gradients.END, to=self._p.provider(member), step=str(later[0]))

    def _stream(self, label: str, number: int) -> Stream:
        return Stream(self.state.seed, label, number)
