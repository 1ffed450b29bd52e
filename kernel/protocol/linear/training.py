"""Minimises a quadratic objective over all parties' columns on additive shares: one party's part.

F(w) = ½·w'(X'X/(scale·n) + λ)·w - w'X't/(√scale·n) over standardised targets t, X all parties' columns side by side;
of several targets each has its own w, and the products X'X serve all.

1. Each party changes to a basis of its own in which its diagonal block is the identity: Q = X·T/√(scale·n), weights
   of X are T times weights of Q. Penalty and scale of columns are gone; only C = Q_i'Q_j of different parties i, j and
   b = Q'y with the promoter's column y = t/√n are left: (I + C)·w = b.
2. One pass over the rows (`gram`): every pair of parties gets additive shares of its block of C, and with the promoter
   of b.
3. All weights are shared among all parties. `solver` moves the shares by Chebyshev's iteration: C times shared weights
   needs no encryption once C times random masks is shared (`masks`). Between stages the promoter opens the objective.
4. Every party sends the owner its share of the owner's weights; the owner changes back to the basis of its columns.

Nobody ever sees a score, a residual, a gradient, a product of columns or anybody else's weights. Semi-honest; a
coalition of all parties but one learns nothing but its own weights and, with the promoter, the objectives.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotConverged, TooFewRows
from kernel.core.party import Role
from kernel.crypto.fixed_point import dump_ring, load_ring, signed
from kernel.crypto.ring import Ring
from kernel.data.engine import Blocks
from kernel.ml.linear import REFINE_LOW, chebyshev
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Basis, Matrix
from kernel.protocol.linear.cross import Cross, Layout
from kernel.protocol.linear.descent import LOG2_E, Descent, LogLink
from kernel.protocol.linear.errors import Errors
from kernel.protocol.linear.features import Features
from kernel.protocol.linear.gram import GramPass
from kernel.protocol.linear.masks import Masks
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.objective import Objective
from kernel.protocol.linear.rates import Rates
from kernel.protocol.linear.refine import Refiner
from kernel.protocol.linear.setup import Setup
from kernel.protocol.linear.slopes import Slopes
from kernel.protocol.linear.solver import Solver, Stage
from kernel.protocol.linear.start import Start
from kernel.protocol.linear.state import State
from kernel.protocol.linear.turns import Sigmoid

Floats = npt.NDArray[np.float64]
_DOUBLE = struct.Struct(">d")
_MOST = 2.0**16  # the largest weight of a feature that scores have room for


@dataclass(frozen=True)
class Problem:
    """What to minimise.

    Parameters
    ----------
    scale
        4 for the logistic loss' expansion, 1 for least squares.
    l2
        Penalty λ on the weights; not on an intercept.
    intercept
        Whether our own last weight is the intercept.
    stages
        Momentum and step of every iteration of the solver.
    targets
        How many targets the promoter may have.
    open_fit
        Whether the promoter learns the objective without its penalty at the end.
    refinements
        Steps with the sigmoid for each target, after the solver's; for the logistic loss.
    errors
        Whether every party learns the standard errors of its own weights.
    start
        Our part of the model at which the steps with the sigmoid begin; at the solver's optimum without one.
    log_link
        For rates e^z in place of a quadratic objective.
    """

    scale: float
    l2: float
    intercept: bool
    stages: Sequence[Stage]
    targets: range = range(1, 2)
    open_fit: bool = False
    refinements: int = 0
    errors: bool = False
    start: Start | None = None
    log_link: LogLink | None = None


@dataclass(frozen=True)
class Trained:
    """What a party ends with.

    Parameters
    ----------
    weights
        Own ones, of the columns as they were given: columns × targets.
    losses
        The objective after each stage, summed over the targets, at the promoter: 0 for no weights.
    fit
        The objective without its penalty, at the promoter of a problem that asks for it.
    errors
        Standard errors of our own weights, where the problem asks for them.
    """

    weights: Floats
    losses: Sequence[float]
    fit: float | None
    errors: Floats | None


class Trainer:
    """One party of one attempt.

    Parameters
    ----------
    blocks
        Own columns; the promoter's end with a column of ones if there is an intercept, and then the columns t, of mean
        square one, which have no weight.
    gram
        X'X of the first columns, with weights and perhaps more; values are known to be in range.
    """

    def __init__(self, ctx: Context, setup: Setup, blocks: Blocks, problem: Problem, gram: Floats) -> None:
        self._ctx, self._setup, self._problem, self._blocks = ctx, setup, problem, blocks
        self._secret = ctx.rng.token(32)
        sizes = [
            setup.n_columns if party == ctx.me else setup.partners[party.member].n_columns for party in ctx.parties
        ]
        self._layout = Layout(tuple(np.cumsum(sizes).tolist()), ctx.parties.index(ctx.me))
        self._basis = self._own_basis(gram)
        self._objective = Objective(ctx, setup, self._secret)

    def run(self) -> Trained:
        """Train; our own weights are opened to us alone."""
        ctx, setup, problem = self._ctx, self._setup, self._problem
        if setup.resume_from:
            state = State.loads(ctx.checkpoint.load(setup.resume_from), self._layout, setup.n_targets)
        else:
            with ctx.step("multiplying the members' columns", 0.05):
                state = State.zero(self._pass())
            ctx.checkpoint.save(state.number, state.dumps())
        masks = Masks(ctx, setup, state.cross, self._secret)
        solver = Solver(ctx, state, masks, self._objective, problem.stages)
        solver.run()
        if problem.refinements:
            if problem.start and not state.refined:
                state.weights = problem.start.shares(self._basis.transform, self._layout, setup.n_targets)
                state.previous = state.weights
            self._refine(state, solver)
        if problem.log_link:
            self._descend(state, solver, problem.log_link)
        with ctx.step("opening own weights to their owner", 0.97):
            weights = self._open(state)
            penalty = problem.l2 / 2 * float(np.sum(weights[: -1 if problem.intercept else None] ** 2))
            fit = self._objective.open(state, "fit", without=penalty) if problem.open_fit else None
        errors = self._errors(state, solver, fit) if problem.errors else None
        return Trained(weights, state.losses, fit, errors)

    def _own_basis(self, gram: Floats) -> Basis:
        n_columns = self._setup.n_columns
        return Basis.of(gram[:n_columns, :n_columns], self._penalty(), self._blocks.n_rows, self._problem.scale)

    def _pass(self) -> Cross:
        """Encode our columns in our basis, the target behind them, and share the products of all."""
        n_rows, n_columns = self._blocks.n_rows, self._setup.n_columns
        transform = np.zeros((self._blocks.n_columns, self._blocks.n_columns))
        transform[:n_columns, :n_columns] = self._basis.transform / np.sqrt(self._problem.scale * n_rows)
        for target in range(n_columns, self._blocks.n_columns):
            transform[target, target] = 1 / np.sqrt(n_rows)
        matrix = Matrix.encode(self._blocks, transform)
        return GramPass(self._ctx, self._setup, matrix, self._layout, self._secret).run()

    def _refine(self, state: State, solver: Solver) -> None:
        sigmoid = Sigmoid(self._ctx, self._setup, self._secret)
        rates = chebyshev(self._problem.refinements, REFINE_LOW, 1.0)
        slopes = self._slopes(scales.TURNS)
        Refiner(self._ctx, slopes, sigmoid, solver, rates, self._enough(state)).run(state)

    def _descend(self, state: State, solver: Solver, link: LogLink) -> None:
        ctx, setup = self._ctx, self._setup
        if not state.refined:
            state.weights = Start(link.start[:, None], "").shares(self._basis.transform, self._layout, 1)
            state.losses = []
        offset = math.log2(link.level) + (scales.LEAST_EXPONENT if ctx.role is Role.PROMOTER else 0)
        rates = Rates(ctx, setup, self._secret, offset)
        slopes = self._slopes(scales.RATES, LOG2_E)
        Descent(ctx, slopes, rates, solver, self._objective, self._enough(state), link).run(state)

    def _slopes(self, ring: Ring, factor: float = 1.0) -> Slopes:
        """Scores, times a factor, and gradients in a ring."""
        transform = self._basis.transform
        features = Features.encode(self._blocks, transform * factor)
        penalty = transform.T @ np.diag(self._penalty()) @ transform
        return Slopes(self._ctx, self._setup, features, penalty, self._secret, ring)

    def _enough(self, state: State) -> Stage:
        """Return iterations for another right-hand side: those of the last stage that found something to do."""
        return self._problem.stages[max(0, state.stages - 2)]

    def _errors(self, state: State, solver: Solver, fit: float | None) -> Floats:
        """Root of residual variance times the diagonal of (X'X/n + λ)⁻¹ over n; the label's variance is 1."""
        ctx, n_rows, n_weights = self._ctx, self._blocks.n_rows, self._layout.total
        if n_rows <= n_weights:
            raise TooFewRows(f"{n_rows} rows for {n_weights} weights leave nothing to estimate their errors from")
        step = Errors(ctx, self._setup, self._basis.transform, solver, self._secret, self._enough(state))
        diagonal = step.run(state)
        if fit is not None:
            left = max(0.0, 1 + 2 * fit)
            for party in ctx.providers:
                send(ctx, MESSAGES.residual, _DOUBLE.pack(left), party, "")
        else:
            data = recv(ctx, MESSAGES.residual, ctx.promoter, "")
            if len(data) != _DOUBLE.size or not 0 <= (left := _DOUBLE.unpack(data)[0]) <= 2:  # noqa: PLR2004
                raise BadPayload("no residual variance", party=ctx.promoter.member)
        return np.sqrt(np.maximum(diagonal, 0.0) * left / (n_rows - n_weights))

    def _penalty(self) -> Floats:
        penalty = np.full(self._setup.n_columns, self._problem.l2)
        if self._problem.intercept:
            penalty[-1] = 0.0
        return penalty

    def _open(self, state: State) -> Floats:
        ctx = self._ctx
        for place, party in enumerate(ctx.parties):
            if party != ctx.me:
                share = state.weights[self._layout.of(place)].ravel().tolist()
                send(ctx, MESSAGES.weights, dump_ring(share, scales.RING), party, "")
        total = state.weights[self._layout.own].ravel().tolist()
        for party in ctx.others:
            theirs = load_ring(recv(ctx, MESSAGES.weights, party, ""), scales.RING, len(total))
            total = [a + b for a, b in zip(total, theirs, strict=True)]
        opened = np.array([signed(value, scales.RING) * 2.0**-scales.FRAC_WEIGHT for value in total])
        opened = opened.reshape(-1, state.n_targets)
        weights = self._basis.transform @ opened
        if not np.max(np.abs(opened)) < 2.0**scales.WEIGHT_BITS or not np.max(np.abs(weights)) < _MOST:
            raise NotConverged("a weight left its range", public_detail="A weight left its range.")
        return np.asarray(weights)
