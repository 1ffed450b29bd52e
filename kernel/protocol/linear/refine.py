"""From the optimum of the expanded log loss towards that of the log loss, with a bounded sigmoid: one party's part.

With Q the columns in their owners' bases and Z = Q·√(4n), the gradient is Z'(σ(Zw) - ½)/n - b + P·w, where
P_i = λ·T_i'T_i is the owner's. In each step:

1. `Slopes` makes shares of scores and of P·w.
2. `Sigmoid` makes shares of σ - ½.
3. `Slopes` makes shares of the gradient, and turns them into integers.
4. The solver divides by I + C, an upper bound of the Hessian, on shares; a Chebyshev step for the spectrum [0.2, 1].
"""

from kernel.core.context import Context
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES
from kernel.protocol.linear.slopes import Slopes
from kernel.protocol.linear.solver import Solver, Stage
from kernel.protocol.linear.state import State
from kernel.protocol.linear.turns import Sigmoid


class Refiner:
    """Steps of one attempt.

    Parameters
    ----------
    rates
        Momentum and step of every step.
    inner
        Iterations of the solver within a step.
    """

    def __init__(
        self, ctx: Context, slopes: Slopes, sigmoid: Sigmoid, solver: Solver, rates: Stage, inner: Stage
    ) -> None:
        self._ctx, self._slopes, self._sigmoid, self._solver = ctx, slopes, sigmoid, solver
        self._rates, self._inner = rates, inner

    def run(self, state: State) -> None:
        """Move the weights of a state, those of one target after those of another."""
        total = len(self._rates) * state.n_targets
        for number in range(state.refined, total):
            with self._ctx.step(f"step {number + 1} of {total} with the sigmoid", 0.5 + 0.45 * number / total):
                self._step(state, *divmod(number, len(self._rates)))
            self._ctx.checkpoint.save(state.number, state.dumps())

    def _step(self, state: State, target: int, number: int) -> None:
        step, n_rows = str(state.refined), self._slopes.n_rows
        weights, previous = state.weights[:, target], state.previous[:, target]
        scored = self._slopes.scores(weights, state.cross.layout, step)
        residual = self._sigmoid.of(scored.scores, step)
        frac = scales.frac_turn(len(self._ctx.parties)) * len(self._ctx.parties) + scales.FRAC_FEATURE
        mask_bits = frac + n_rows.bit_length() + 1 + 40
        share = self._slopes.gradient(residual, step)
        gradient = (self._slopes.integers(share, mask_bits, MESSAGES.gradient, step) << scales.FRAC_CROSS) // (
            n_rows << frac
        )
        label = gradient + (scored.penalty >> scales.FRAC_REFINED) - state.cross.label[:, target]
        moved = self._solver.solved(state, label, self._inner)
        momentum, rate = (round(value * 2**scales.FRAC_RATE) for value in self._rates[number])
        moved = (momentum * (weights - previous) - rate * moved) >> scales.FRAC_RATE
        state.previous, state.weights = state.previous.copy(), state.weights.copy()
        state.previous[:, target], state.weights[:, target] = weights, weights + moved
        state.refined += 1
