"""A provider: shows its part of the scores, learns its own gradient, keeps its weights."""

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score.spec import GRADIENT, RESIDUALS, SCORES, OwnParams, Params
from kernel.core import Context, Outputs
from kernel.core.wire import said_by
from kernel.crypto.paillier import Block, PublicKey
from kernel.protocol.glm import batches, epochs, meeting
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.gradient import Gradients
from kernel.protocol.glm.messages import VERDICT
from kernel.protocol.glm.owner import Owner
from kernel.protocol.glm.scales import Layout
from kernel.protocol.glm.weights import Weights, fixed
from kernel.protocol.scoring import share
from kernel.protocol.scoring.exchange import ProviderMasks


def run(ctx: Context, params: Params, own: OwnParams, key_bits: int = 0) -> Outputs:
    """Train; `key_bits` is given by tests only."""
    family, owner = params.loss(), Owner.provider(ctx, params, own)
    with ctx.step("agreeing with the partners", 0.01):
        ours = meeting.Ours(owner.ids(), owner.n_columns, "start" in ctx.inputs)
        met = meeting.follow(ctx, ours, b"", params.batch_rows)
        with said_by(ctx.promoter):
            key = PublicKey.loads(met.key, bits=key_bits or params.key_bits)
    weights = owner.weights(family, met.n_outputs)
    steps = _Steps(ctx, params, key, owner.columns, weights, met.n_outputs)
    epochs.follow(ctx, params, met.epoch, VERDICT, steps.epoch, weights)
    return owner.providers_part("vert_glm_open_score", weights)


class _Steps:
    """Numbered as in the README."""

    def __init__(
        self, ctx: Context, params: Params, key: PublicKey, matrix: Columns, weights: Weights, n_outputs: int
    ) -> None:
        self._ctx, self._key, self._matrix, self._weights = ctx, key, matrix, weights
        self._batches = batches.batches(ctx.job, ctx.task, matrix.blocks.n_rows, params.batch_rows)
        self._masks = ProviderMasks(ctx)
        layout = Layout.packed(key.bits)
        self._gradients = Gradients(ctx, matrix, key, layout, n_outputs, ctx.promoter, GRADIENT)

    def epoch(self, epoch: int) -> None:
        """Do steps 1, 3 and 5 for all rows."""
        for number, rows in enumerate(self._batches):
            self._step(f"{epoch}.{number}", rows)

    def _step(self, step: str, rows: npt.NDArray[np.int64]) -> None:
        ctx, promoter = self._ctx, self._ctx.promoter
        scores = fixed(self._matrix.scores(rows, self._weights.values)).ravel()
        sent = share(scores, self._masks.of(len(scores), step))
        ctx.send(SCORES, sent.astype("<u8").tobytes(), to=promoter, step=step)
        data = ctx.recv(RESIDUALS, sender=promoter, step=step)
        with said_by(promoter):
            residuals = Block.loads(self._key, data, self._gradients.n_ciphertexts(len(rows)))
        self._weights.move(self._gradients.ask(rows, residuals, step))
