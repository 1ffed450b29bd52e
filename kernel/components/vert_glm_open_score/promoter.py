"""The promoter: sees every row's score, keeps labels and residuals."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score.spec import GRADIENT, RESIDUALS, SCORES, OwnParams, Params
from kernel.core import Context, Outputs, Party
from kernel.core.errors import BadPayload
from kernel.crypto import paillier
from kernel.crypto.fixed_point import encode
from kernel.crypto.paillier import PrivateKey
from kernel.crypto.prg import Stream
from kernel.ml.glm import Family
from kernel.protocol.glm import batches, epochs, gradient, meeting, scales
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.labels import Target
from kernel.protocol.glm.messages import VERDICT
from kernel.protocol.glm.owner import Owner
from kernel.protocol.glm.scales import Layout
from kernel.protocol.glm.weights import Weights, fixed
from kernel.protocol.linear.setup import KeyMaker
from kernel.protocol.scoring import combine

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    family, owner = params.loss(), Owner.promoter(ctx, params, own)
    target, weights = owner.promoters_weights(family, own)
    with ctx.step("making a key", 0.0):
        key = make_key(params.key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    with ctx.step("agreeing with the partners", 0.01):
        ours = meeting.Ours(owner.ids(), 0, "start" in ctx.inputs, target.n_outputs)  # it sees scores: no limit holds
        met = meeting.lead(ctx, ours, key.public.dumps(), b"", params.batch_rows)
    steps = _Steps(ctx, params, key, owner.columns, weights, family, target, met.n_columns)
    batches.check_weights(steps.rows, target.weights[:, 0], max(met.n_columns.values()))
    losses = epochs.lead(ctx, params, weights, met.epoch, dict.fromkeys(ctx.providers, VERDICT), steps.epoch)
    return owner.promoters_part("vert_glm_open_score", weights, target, losses)


class _Steps:
    """Numbered as in the README."""

    def __init__(
        self,
        ctx: Context,
        params: Params,
        key: PrivateKey,
        matrix: Columns,
        weights: Weights,
        family: Family,
        target: Target,
        n_columns: dict[str, int],
    ) -> None:
        self._ctx, self._key, self._matrix, self._weights = ctx, key, matrix, weights
        self._family, self._target, self._n_columns = family, target, n_columns
        self._batches = batches.batches(ctx.job, ctx.task, len(target.values), params.batch_rows)
        self._layout = Layout.packed(key.public.bits)
        self._stream = Stream(ctx.rng.token(32), "residuals", ctx.job, ctx.task, ctx.attempt)

    @property
    def rows(self) -> list[Rows]:
        """Rows of each step."""
        return self._batches

    def epoch(self, epoch: int) -> float:
        """Do steps 1, 2 and 4 for all rows; returns their mean loss."""
        return sum(self._steps(epoch)) / len(self._target.values)

    def _steps(self, epoch: int) -> Iterator[float]:
        for number, rows in enumerate(self._batches):
            yield self._step(f"{epoch}.{number}", rows)

    def _step(self, step: str, rows: Rows) -> float:
        ctx, family, key, layout = self._ctx, self._family, self._key, self._layout
        target, row_weights = self._target.values[rows], self._target.weights[rows]
        own = fixed(self._matrix.scores(rows, self._weights.values))
        parts = [self._scores(party, step, len(rows)) for party in ctx.providers]
        score = combine(own.ravel(), parts).reshape(own.shape)
        loss = float(np.sum(row_weights * family.loss(score, target)))
        residuals = row_weights * (family.mean(score) - target)
        numbers = encode(residuals, scales.FRAC_RESIDUAL, scales.FRAC_RESIDUAL + scales.RESIDUAL_BITS)
        packed = [plain for output in numbers.T for plain in layout.slots.pack(output.tolist())]
        payload = key.encrypt(packed, self._stream).dumps()
        for party in ctx.providers:
            ctx.send(RESIDUALS, payload, to=party, step=step)
        self._weights.move(self._matrix.gradient(rows, residuals) / len(rows))
        for party in ctx.providers:
            count = own.shape[1] * self._n_columns[party.member]
            gradient.answer(ctx, key, layout, party, count, GRADIENT, step)
        return loss

    def _scores(self, party: Party, step: str, rows: int) -> npt.NDArray[np.uint64]:
        data = self._ctx.recv(SCORES, sender=party, step=step)
        if len(data) != 8 * rows * self._target.n_outputs:
            raise BadPayload(f"{len(data)} bytes of scores for {rows} rows", party=party.member)
        return np.frombuffer(data, "<u8").astype(np.uint64)
