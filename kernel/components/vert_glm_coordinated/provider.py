"""A provider: encrypts its part of the scores, learns its own gradient, keeps its weights."""

import hmac

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_coordinated.shared import LOSS_BITS, LOSS_FRAC, layout_of, loss_part, read_key
from kernel.components.vert_glm_coordinated.spec import GRADIENTS, KEYS, LOSS, RESIDUALS, SCORES, OwnParams, Params
from kernel.core import Context, Outputs, Role
from kernel.core.errors import BadPayload
from kernel.core.wire import said_by
from kernel.crypto.fixed_point import encode
from kernel.crypto.paillier import Block, PublicKey, encrypt
from kernel.crypto.prg import Stream
from kernel.protocol.glm import batches, epochs, meeting
from kernel.protocol.glm.columns import Columns
from kernel.protocol.glm.gradient import Gradients
from kernel.protocol.glm.messages import VERDICT
from kernel.protocol.glm.owner import Owner
from kernel.protocol.glm.scales import Layout
from kernel.protocol.glm.weights import Weights, fixed
from kernel.protocol.scoring import share
from kernel.protocol.scoring.exchange import ProviderMasks

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def run(ctx: Context, params: Params, own: OwnParams, key_bits: int = 0) -> Outputs:
    """Train; `key_bits` is given by tests only."""
    family, owner = params.loss(), Owner.provider(ctx, params, own)
    with ctx.step("agreeing with the partners", 0.01):
        key, digest = read_key(ctx, KEYS[Role.PROVIDER], key_bits or params.key_bits)
        ours = meeting.Ours(owner.ids(), owner.n_columns, "start" in ctx.inputs)
        met = meeting.follow(ctx, ours, digest, params.batch_rows)
        if not hmac.compare_digest(met.key, digest):
            raise BadPayload("the promoter was given another key than we", party=ctx.arbiter.member)
    weights = owner.weights(family, met.n_outputs)
    layout = layout_of(family, key.bits, single=met.single)
    steps = _Steps(ctx, params, key, owner.columns, weights, layout, met.n_outputs)
    with ctx.step("sums at zero weights", 0.015):
        steps.at_zero()
    epochs.follow(ctx, params, met.epoch, VERDICT, steps.epoch, weights)
    return owner.providers_part("vert_glm_coordinated", weights)


class _Steps:
    """Numbered as in the README."""

    def __init__(
        self,
        ctx: Context,
        params: Params,
        key: PublicKey,
        matrix: Columns,
        weights: Weights,
        layout: Layout,
        n_outputs: int,
    ) -> None:
        self._ctx, self._key, self._matrix, self._weights, self._layout = ctx, key, matrix, weights, layout
        self._batches = batches.batches(ctx.job, ctx.task, matrix.blocks.n_rows, params.batch_rows)
        self._gradients = Gradients(ctx, matrix, key, layout, n_outputs, ctx.arbiter, GRADIENTS[Role.PROVIDER])
        self._masks = ProviderMasks(ctx)
        self._stream = Stream(ctx.rng.token(32), "scores", ctx.job, ctx.task, ctx.attempt)
        self._zero: list[Floats] = []

    def at_zero(self) -> None:
        """Do step 1: the gradients at zero weights, of which those of the loss are made."""
        self._zero = [self._gradient(f"zero.{number}", rows) for number, rows in enumerate(self._batches)]

    def epoch(self, epoch: int) -> None:
        """Do steps 2, 4, 5 and 6 for all rows."""
        total = 0.0
        for number, (rows, zero) in enumerate(zip(self._batches, self._zero, strict=True)):
            step = f"{epoch}.{number}"
            self._send_scores(step, rows)
            gradient = self._gradient(step, rows)
            total += len(rows) * loss_part(self._weights.values, gradient, zero)
            self._weights.move(gradient)
        mean = encode(np.array([total / self._matrix.blocks.n_rows]), LOSS_FRAC, LOSS_BITS)
        told = share(mean, self._masks.of(1, str(epoch)))
        self._ctx.send(LOSS, told.astype("<u8").tobytes(), to=self._ctx.promoter, step=str(epoch))

    def _send_scores(self, step: str, rows: Rows) -> None:
        scores = fixed(self._matrix.scores(rows, self._weights.values))
        packed = [plain for output in scores.T for plain in self._layout.slots.pack(output.tolist())]
        payload = encrypt(self._key, packed, self._stream).dumps()
        self._ctx.send(SCORES, payload, to=self._ctx.promoter, step=step)

    def _gradient(self, step: str, rows: Rows) -> Floats:
        promoter = self._ctx.promoter
        data = self._ctx.recv(RESIDUALS, sender=promoter, step=step)
        with said_by(promoter):
            residuals = Block.loads(self._key, data, self._gradients.n_ciphertexts(len(rows)))
        return self._gradients.ask(rows, residuals, step)
