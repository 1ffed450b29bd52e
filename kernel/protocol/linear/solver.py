"""Chebyshev's iteration on opened, masked weights: one exchange of short vectors an iteration, no encryption."""

from collections.abc import Sequence

import numpy as np

from kernel.core.context import Context
from kernel.core.errors import BadPayload, NotConverged
from kernel.core.party import Role
from kernel.crypto.fixed_point import dump_ring, lift, load_ring
from kernel.protocol.linear import scales
from kernel.protocol.linear.cross import Cross, Wide
from kernel.protocol.linear.masks import Masks, StepMask
from kernel.protocol.linear.messages import MESSAGES, recv, send
from kernel.protocol.linear.objective import Objective
from kernel.protocol.linear.state import State

Stage = Sequence[tuple[float, float]]
_SMALL = 1e-8  # a stage that lowers the objective by less found nothing more to do
_ROUNDING = 1e-9  # the objective may rise by so much
_GO_ON, _END = b"\x01", b"\x00"


class Solver:
    """Moves a state to the solution of (I + C)·w = b, for all targets at once.

    Parameters
    ----------
    stages
        Momentum and step of every iteration, stage by stage.
    """

    def __init__(self, ctx: Context, state: State, masks: Masks, objective: Objective, stages: Sequence[Stage]) -> None:
        self._ctx, self._state, self._masks, self._objective, self._stages = ctx, state, masks, objective, stages

    def run(self) -> None:
        """Go on until the promoter calls the end, or the stages are used up."""
        state, first, n_targets = self._state, 0, self._state.n_targets
        for number, stage in enumerate(self._stages):
            for index, (momentum, rate) in enumerate(stage):
                if state.over or (first + index) * n_targets < state.done:
                    continue
                done = 0.2 + 0.75 * (1 - 0.5 ** (number + index / len(stage)))
                with self._ctx.step(f"iteration {first + index + 1} of {first + len(stage)}", done):
                    self.iterate(state, momentum, rate)
                if state.done // self._masks.size > (state.done - n_targets) // self._masks.size:
                    self._save()  # the next iteration needs masks that are not made yet
            first += len(stage)
            if not state.over and number == state.stages:
                self._judge(last=number + 1 == len(self._stages))
                self._save()

    def iterate(self, state: State, momentum: float, rate: float) -> None:
        """One step w + momentum·(w - previous) - rate·((I + C)·w - b), opened under all parties' masks.

        Several right-hand sides, a column each, share the exchange, and count as so many.
        """
        kept, part = (round(value * 2**scales.FRAC_RATE) for value in (momentum, rate))
        mask = StepMask.stack([self._masks.of(state.done + target) for target in range(state.n_targets)])
        gradient = (state.weights << scales.FRAC_CROSS) + state.product - (state.cross.label << scales.FRAC_WEIGHT)
        moved = (state.weights << scales.FRAC_RATE) + kept * (state.weights - state.previous)
        share = (moved << scales.FRAC_CROSS) - part * gradient + mask.mask
        self._take(state, self._exchange(share, str(state.done)), mask)
        state.done += state.n_targets

    def solved(self, state: State, label: Wide, stage: Stage) -> Wide:
        """Shares of (I + C)⁻¹·label for one more right-hand side, FRAC_CROSS bits; FRAC_WEIGHT bits."""
        inner = State.zero(Cross(state.cross.layout, state.cross.rows, label[:, None]))
        inner.done = state.done
        for momentum, rate in stage:
            self.iterate(inner, momentum, rate)
        state.done = inner.done
        return np.asarray(inner.weights[:, 0])

    def _exchange(self, share: Wide, step: str) -> Wide:
        """Open a vector to all."""
        ctx = self._ctx
        shape, share = share.shape, share.ravel()
        payload = dump_ring(share.tolist(), scales.RING)
        for party in ctx.others:
            send(ctx, MESSAGES.step, payload, party, step)
        for party in ctx.others:
            data = recv(ctx, MESSAGES.step, party, step)
            share = share + np.array(load_ring(data, scales.RING, len(share)), dtype=object)
        return np.array(lift(share.tolist(), scales.RING), dtype=object).reshape(shape)

    def _take(self, state: State, opened: Wide, mask: StepMask) -> None:
        """Take what was opened minus the masks, which everybody truncates for itself."""
        kept = opened >> scales.DROPPED
        state.previous, state.weights = state.weights, -mask.dropped
        if self._ctx.role is Role.PROMOTER:
            state.weights = state.weights + kept
        state.product = state.cross.times(kept) - mask.product

    def _judge(self, *, last: bool) -> None:
        """After a stage the promoter opens the objective, and says whether another one follows."""
        ctx, state = self._ctx, self._state
        step = str(state.done)
        loss = self._objective.open(state, step)
        if loss is not None:
            self._check(loss)
            before = state.losses[-1] if state.losses else 0.0
            state.losses.append(loss)
            state.over = last or before - loss < _SMALL
            for party in ctx.providers:
                send(ctx, MESSAGES.verdict, _END if state.over else _GO_ON, party, step)
        else:
            verdict = recv(ctx, MESSAGES.verdict, ctx.promoter, step)
            if verdict not in {_GO_ON, _END} or (last and verdict == _GO_ON):
                raise BadPayload("no verdict on the training", party=ctx.promoter.member)
            state.over = verdict == _END
        state.stages += 1

    def _check(self, loss: float) -> None:
        before = self._state.losses[-1] if self._state.losses else 0.0
        if loss > before + _ROUNDING:
            raise NotConverged(f"the objective rose to {loss:g}", public_detail="The objective rose.")

    def _save(self) -> None:
        self._ctx.checkpoint.save(self._state.number, self._state.dumps())
