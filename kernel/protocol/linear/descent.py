"""Minimises mean(e^(z + o) - t·z) + ½w'P·w over shared weights, z = Zw: one party's part.

With Z = X·T the columns in their owners' bases, t the label in units of its root mean square, o the promoter's offset
(the logarithm of t's mean, so that weights of zero are a good beginning whatever the counts), b = Z't/n:

1. `Slopes` makes shares of exponents z·log₂e and of P·w at the weights that are tried.
2. `Rates` makes shares of the rates 2^(z·log₂e + o).
3. Their sum is opened under all parties' masks, so that each has an integer share of it; with w·(½P·w - b) it is the
   objective, which the promoter learns. It says whether the step is taken; if not, half of it is tried.
4. `Slopes` makes integer shares of the gradient g = Z'rates/n - b + P·w, and the solver those of d = (I + C)⁻¹·g.
5. The promoter learns g·d, and g times the last few changes s of the weights and e of d. `QuasiNewton` makes of them
   how the next step is put together of d, s and e; it tells the factors to all.
"""

import math
import struct
from dataclasses import dataclass

import numpy as np

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotConverged
from kernel.ml.quasi_newton import QuasiNewton
from kernel.protocol.linear import scales
from kernel.protocol.linear.blocks import Floats
from kernel.protocol.linear.cross import Wide
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.objective import Objective
from kernel.protocol.linear.rates import Rates
from kernel.protocol.linear.slopes import Scored, Slopes
from kernel.protocol.linear.solver import Solver, Stage
from kernel.protocol.linear.state import State

LOG2_E = 1 / math.log(2)  # Z is multiplied by it before it is encoded
MEMORY = 3  # steps that the next one takes into account
_ARMIJO = 1e-4
_SMALL = 1e-10  # a step that promises less is not worth its time
_SHORTEST = 2.0**-20
_MOST_FACTOR = 2.0**20
_ROUNDING = 1e-6
_COLUMNS = 1e-2  # columns are rounded where scores are computed, and not where the label's products are
_TAKEN, _REFUSED = b"\x01", b"\x00"
_FRAC_INVERSE = 60
_LOG_2 = round(2**_FRAC_INVERSE / LOG2_E)


@dataclass(frozen=True)
class LogLink:
    """What a party brings.

    Parameters
    ----------
    start
        Own weights to begin at, the intercept's last.
    most
        Weights that are tried.
    level, first, least
        At the promoter: the rate of all rows at weights of zero; length of the first step; what no weights bring the
        objective below.
    """

    start: Floats
    most: int
    level: float = 1.0
    first: float = 1.0
    least: float = 0.0


@dataclass
class _Here:
    """Our shares at the last weights that were taken; FRAC_WEIGHT bits, the move before `part` is applied."""

    weights: Wide
    gradient_to: Wide  # d
    changes: list[tuple[Wide, Wide]]  # s and e
    move: Wide
    part: float = 1.0

    def columns(self) -> Wide:
        """List what a checkpoint keeps beside the weights."""
        pairs = [vector for change in self.changes for vector in change]
        return np.stack([self.gradient_to, self.move, *pairs], axis=1)


class Descent:
    """One party's part of one attempt.

    Parameters
    ----------
    inner
        Iterations of the solver that divide by I + C.
    """

    def __init__(
        self,
        ctx: Context,
        slopes: Slopes,
        rates: Rates,
        solver: Solver,
        objective: Objective,
        inner: Stage,
        link: LogLink,
    ) -> None:
        self._ctx, self._slopes, self._rates, self._solver = ctx, slopes, rates, solver
        self._objective, self._inner, self._most, self._least = objective, inner, link.most, link.least
        self._newton = QuasiNewton(link.first)
        self._slope, self._over = 0.0, False
        self._frac = len(ctx.parties) * scales.frac_rate(len(ctx.parties)) + scales.LEAST_EXPONENT
        # Rounding of the rates is independent from row to row, and new each time.
        self._noise = 4 * 2.0 ** -scales.frac_rate(len(ctx.parties)) / math.sqrt(slopes.n_rows)
        self._small = max(_SMALL, self._noise**2)

    def run(self, state: State) -> None:
        """Move the weights of a state; goes on from what a checkpoint kept of them."""
        here = self._restored(state) if state.moves.size else None
        while not self._over and state.refined < self._most:
            number = state.refined
            with self._ctx.step(f"step {number + 1} of at most {self._most}", 0.4 + 0.55 * number / self._most):
                here = self._step(state, here)
                state.refined += 1
            if self._over:
                state.refined = self._most  # also for those who go on from here: there is nothing left to try
            if here.part == 1:
                state.weights, state.moves = here.weights[:, None], here.columns()
                self._ctx.checkpoint.save(state.number, state.dumps())

    def _restored(self, state: State) -> _Here:
        direction, move, *changes = state.moves.T
        told = iter(state.told)
        for gd in told:
            part, n = next(told), int(next(told))
            gs, ge = ([next(told) for _ in range(n)] for _ in range(2))
            self._slope = self._newton.move(gd, gs, ge, part).slope
        pairs = list(zip(changes[::2], changes[1::2], strict=True))
        return _Here(state.weights[:, 0], direction, pairs, move)

    def _step(self, state: State, here: _Here | None) -> _Here:
        step, weights = str(state.refined), state.weights[:, 0]
        if here:
            weights = here.weights + _times(here.part, here.move)
        scored = self._slopes.scores(weights, state.cross.layout, step)
        rates = self._rates.of(scored.scores, step)
        label = state.cross.label[:, 0]
        loss = self._loss(scored, rates, label, step)
        if not self._taken(loss, state, here, step) and here:
            here.part /= 2
            return here
        gradient = self._gradient(scored, rates, label, step)
        direction = self._solver.solved(state, gradient, self._inner)
        changes = []
        if here:
            changes = [*here.changes, (scored.weights - here.weights, direction - here.gradient_to)][-MEMORY:]
        move = self._next(state, gradient, direction, changes, here.part if here else 0.0, step)
        return _Here(scored.weights, direction, changes, move)

    def _loss(self, scored: Scored, rates: list[int], label: Wide, step: str) -> float | None:
        """Do step 3: the objective, at the promoter."""
        share: Wide = np.array([sum(rates)], dtype=object)
        total = int(self._slopes.integers(share, scales.RATE_MASK_BITS, MESSAGES.total, step)[0])
        mean = (total << scales.FRAC_OBJECTIVE) // (self._slopes.n_rows << self._frac)
        linear = (scored.penalty << (scales.FRAC_PRODUCT - scales.FRAC_REFINED - scales.FRAC_CROSS)) // 2
        linear = linear - (label << scales.FRAC_WEIGHT)
        found = self._objective.products([scored.weights], linear, f"{step} loss", plus=mean)
        return None if found is None else found[0]

    def _taken(self, loss: float | None, state: State, here: _Here | None, step: str) -> bool:
        """Whether the step is taken, by the promoter's word."""
        if loss is None:
            verdict = recv(self._ctx, MESSAGES.verdict, self._ctx.promoter, f"step {step}")
            if verdict not in {_TAKEN, _REFUSED} or (verdict == _REFUSED and not here):
                raise BadPayload("no verdict on the step", party=self._ctx.promoter.member)
            taken = verdict == _TAKEN
        else:
            taken = self._plausible(loss, state, here)
            if not here and not taken:
                raise NotConverged("the first rates are out of range", hint="Leave `start` unconnected.")
            for party in self._ctx.providers:
                send(self._ctx, MESSAGES.verdict, _TAKEN if taken else _REFUSED, party, f"step {step}")
            if taken:
                state.losses.append(loss)
        if here and not taken and here.part <= _SHORTEST:
            raise NotConverged("no step lowers the objective", public_detail="No step lowers the objective.")
        return taken

    def _plausible(self, loss: float, state: State, here: _Here | None) -> bool:
        """Whether the objective fell, and not further than can be: a rate beyond its range makes the sum any number."""
        if not here:
            return self._least - _COLUMNS - self._noise < loss <= 2.0**scales.OBJECTIVE_BITS
        fall = loss - state.losses[-1]
        # It is convex, so no step brings more than the slope promises.
        least = here.part * self._slope - _ROUNDING - 4 * self._noise
        return least < fall <= _ARMIJO * here.part * self._slope + self._noise

    def _gradient(self, scored: Scored, rates: list[int], label: Wide, step: str) -> Wide:
        """Do step 4, FRAC_CROSS bits."""
        share = self._slopes.gradient(rates, step)
        whole = self._slopes.integers(share, scales.RATE_MASK_BITS, MESSAGES.gradient, step)
        frac = self._frac + scales.FRAC_FEATURE + _FRAC_INVERSE - scales.FRAC_CROSS
        mean = (whole * _LOG_2) // (self._slopes.n_rows << frac)
        return np.asarray(mean + (scored.penalty >> scales.FRAC_REFINED) - label)

    def _next(
        self, state: State, gradient: Wide, direction: Wide, changes: list[tuple[Wide, Wide]], part: float, step: str
    ) -> Wide:
        """Do step 5: our share of the next move."""
        vectors = [direction, *(s for s, _ in changes), *(e for _, e in changes)]
        found = self._objective.products(vectors, gradient << scales.FRAC_WEIGHT, f"{step} slope")
        form = struct.Struct(f">?{len(vectors)}d")
        if found is not None:
            n = len(changes)
            if found[0] < -self._small:
                raise NotConverged("the gradient left its range", public_detail="The gradient left its range.")
            move = self._newton.move(found[0], found[1 : n + 1], found[n + 1 :], part)
            state.told += [found[0], part, n, *found[1:]]
            self._slope, self._over = move.slope, -move.slope < self._small
            factors = [move.d, *move.s.tolist(), *move.e.tolist()]
            if not all(abs(factor) < _MOST_FACTOR for factor in factors):
                raise NotConverged("a step left its range", public_detail="A step left its range.")
            for party in self._ctx.providers:
                send(self._ctx, MESSAGES.move, form.pack(self._over, *factors), party, step)
        else:
            data = recv(self._ctx, MESSAGES.move, self._ctx.promoter, step)
            factors = list(form.unpack(data)[1:]) if len(data) == form.size else [math.nan]
            if not all(abs(factor) < _MOST_FACTOR for factor in factors):
                raise BadPayload("no move", party=self._ctx.promoter.member)
            self._over = bool(data[0])
        return np.asarray(sum(_times(factor, vector) for factor, vector in zip(factors, vectors, strict=True)))


def _times(factor: float, share: Wide) -> Wide:
    return np.asarray((round(factor * 2**scales.FRAC_CROSS) * share) >> scales.FRAC_CROSS)
