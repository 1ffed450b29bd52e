"""The promoter: makes encrypted residuals of encrypted scores, learns its own gradient and the loss."""

import functools

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_coordinated.arbiter import Plan
from kernel.components.vert_glm_coordinated.shared import LOSS_FRAC, layout_of, loss_part, read_key
from kernel.components.vert_glm_coordinated.spec import (
    GRADIENTS,
    KEYS,
    LOSS,
    PLAN,
    RESIDUALS,
    SCORES,
    VERDICT_ARBITER,
    OwnParams,
    Params,
)
from kernel.core import Context, Outputs, Role
from kernel.core.errors import BadPayload
from kernel.core.wire import said_by
from kernel.crypto.fixed_point import FRAC_BITS, encode
from kernel.crypto.paillier import Block, PublicKey, add, encrypt, multiply
from kernel.crypto.prg import Stream
from kernel.ml.glm import Family
from kernel.protocol.glm import batches, epochs, meeting, scales
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.gradient import Gradients
from kernel.protocol.glm.labels import Target
from kernel.protocol.glm.messages import VERDICT
from kernel.protocol.glm.owner import Owner
from kernel.protocol.glm.weights import Weights, fixed

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
_OWN_BITS = FRAC_BITS + 17  # own part of a residual: with fourteen providers' scores below 2^(FRAC_BITS + 20)


def run(ctx: Context, params: Params, own: OwnParams, key_bits: int = 0) -> Outputs:
    """Train; `key_bits` is given by tests only."""
    family, owner = params.loss(), Owner.promoter(ctx, params, own)
    target, weights = owner.promoters_weights(family, own)
    owner.check_sums(target.weights[:, 0])
    with ctx.step("agreeing with the partners", 0.01):
        key, digest = read_key(ctx, KEYS[Role.PROMOTER], key_bits or params.key_bits)
        ours = meeting.Ours(owner.ids(), owner.n_columns, "start" in ctx.inputs, target.n_outputs, target.weighs)
        met = meeting.lead(ctx, ours, digest, digest, params.batch_rows)
    steps = _Steps(ctx, params, key, owner.columns, weights, family, target)
    columns = (owner.n_columns, *(met.n_columns[party.member] for party in ctx.providers))
    batches.check_weights(steps.rows, target.weights[:, 0], max(columns))
    plan = Plan(met.epoch, steps.n_batches, target.n_outputs, target.weighs, columns)
    ctx.send(PLAN, plan.dumps(), to=ctx.arbiter)
    with ctx.step("sums at zero weights", 0.015):
        steps.at_zero()
    verdicts = dict.fromkeys(ctx.providers, VERDICT) | {ctx.arbiter: VERDICT_ARBITER}
    losses = epochs.lead(ctx, params, weights, met.epoch, verdicts, steps.epoch)
    return owner.promoters_part("vert_glm_coordinated", weights, target, losses)


class _Steps:
    """Numbered as in the README."""

    def __init__(
        self,
        ctx: Context,
        params: Params,
        key: PublicKey,
        matrix: Columns,
        weights: Weights,
        family: Family,
        target: Target,
    ) -> None:
        self._ctx, self._key, self._matrix, self._weights = ctx, key, matrix, weights
        self._target, self._batches = target, batches.batches(ctx.job, ctx.task, len(target.values), params.batch_rows)
        self._layout = layout_of(family, key.bits, single=target.weighs)
        route = GRADIENTS[Role.PROMOTER]
        self._gradients = Gradients(ctx, matrix, key, self._layout, target.n_outputs, ctx.arbiter, route)
        self._stream = Stream(ctx.rng.token(32), "residuals", ctx.job, ctx.task, ctx.attempt)
        nothing = np.zeros_like(target.values)
        self._shift = family.mean(nothing) - target.values  # residuals at zero weights
        self._curvature = family.curvature
        self._loss_at_zero = float(np.sum(target.weights * family.loss(nothing, target.values)) / len(nothing))
        self._zero = [matrix.gradient(rows, (target.weights * self._shift)[rows]) / len(rows) for rows in self._batches]

    @property
    def rows(self) -> list[Rows]:
        """Rows of each step."""
        return self._batches

    @property
    def n_batches(self) -> int:
        """Steps of an epoch."""
        return len(self._batches)

    def at_zero(self) -> None:
        """Do step 1: residuals at zero weights; our own gradient there needs no encryption."""
        for number, rows in enumerate(self._batches):
            plain = self._plain(rows, self._shift[rows])
            self._send_residuals(f"zero.{number}", encrypt(self._key, plain, self._stream))

    def epoch(self, epoch: int) -> float:
        """Do steps 3, 4, 5 and 6 for all rows; returns their mean loss."""
        total = 0.0
        for number, (rows, zero) in enumerate(zip(self._batches, self._zero, strict=True)):
            step = f"{epoch}.{number}"
            residuals = self._residuals(step, rows)
            self._send_residuals(step, residuals)
            gradient = self._gradients.ask(rows, residuals, step)
            total += len(rows) * loss_part(self._weights.values, gradient, zero)
            self._weights.move(gradient)
        return self._loss_at_zero + total / len(self._shift) + self._others_loss(epoch)

    def _residuals(self, step: str, rows: Rows) -> Block:
        """[[weight·(c·z + e)]], the providers' parts of z encrypted, ours and e known to us."""
        own = fixed(self._matrix.scores(rows, self._weights.values)) * 2.0**-FRAC_BITS
        plain = self._plain(rows, self._curvature * own + self._shift[rows])
        found = functools.reduce(add, [self._scores(step, place, rows) for place in range(len(self._ctx.providers))])
        if self._target.weighs:
            found = multiply(found, np.tile(self._row_weights(rows), self._target.n_outputs))
        return add(found, encrypt(self._key, plain, self._stream))

    def _scores(self, step: str, place: int, rows: Rows) -> Block:
        party = self._ctx.providers[place]
        data = self._ctx.recv(SCORES, sender=party, step=step)
        with said_by(party):
            return Block.loads(self._key, data, self._gradients.n_ciphertexts(len(rows)))

    def _row_weights(self, rows: Rows) -> Rows:
        weights = self._target.weights[rows, 0]
        return encode(weights, scales.FRAC_WEIGHT, scales.FRAC_WEIGHT + scales.WEIGHT_BITS)

    def _plain(self, rows: Rows, residuals: Floats) -> list[int]:
        """Encode our own part of residuals, those of an output together, and pack it."""
        weighs, frac_bits = self._target.weighs, self._layout.frac_bits
        scale = scales.FRAC_WEIGHT if weighs else 0
        numbers = encode(residuals, frac_bits - scale, _OWN_BITS).T.tolist()
        if weighs:
            factors = self._row_weights(rows).tolist()
            numbers = [[a * b for a, b in zip(output, factors, strict=True)] for output in numbers]
        return [plain for output in numbers for plain in self._layout.slots.pack(output)]

    def _send_residuals(self, step: str, residuals: Block) -> None:
        payload = residuals.dumps()
        for party in self._ctx.providers:
            self._ctx.send(RESIDUALS, payload, to=party, step=step)

    def _others_loss(self, epoch: int) -> float:
        """Sum of the providers' summands of the mean loss: step 6."""
        total = np.zeros(1, dtype=np.uint64)
        for party in self._ctx.providers:
            data = self._ctx.recv(LOSS, sender=party, step=str(epoch))
            if len(data) != 8:  # noqa: PLR2004  an element of the ring 2^64
                raise BadPayload(f"{len(data)} bytes of a loss", party=party.member)
            total = total + np.frombuffer(data, "<u8")
        return float(total.astype(np.int64)[0]) * 2.0**-LOSS_FRAC
