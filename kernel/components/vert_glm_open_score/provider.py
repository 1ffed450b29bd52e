"""A provider: shows its part of the scores, learns its own gradient, keeps its weights."""

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score import batches, half, scales
from kernel.components.vert_glm_open_score.columns import Columns
from kernel.components.vert_glm_open_score.half import Weights
from kernel.components.vert_glm_open_score.meeting import meet_promoter
from kernel.components.vert_glm_open_score.spec import (
    GRADIENT,
    GRADIENT_CT,
    RESIDUALS,
    SCORES,
    VERDICT,
    OwnParams,
    Params,
)
from kernel.core import Context, Model, Outputs
from kernel.core.errors import BadParameters, BadPayload
from kernel.crypto.fixed_point import lift, load_ring
from kernel.crypto.paillier import Block, PublicKey, add, encrypt
from kernel.crypto.prg import Stream
from kernel.protocol.linear import part
from kernel.protocol.scoring import share
from kernel.protocol.scoring.exchange import ProviderMasks

Floats = npt.NDArray[np.float64]


def run(ctx: Context, params: Params, own: OwnParams, key_bits: int = 0) -> Outputs:
    """Train; `key_bits` is given by tests only."""
    if own.weight or own.balance:
        raise BadParameters("weight, balance: only the promoter weighs rows", hint="Leave them empty.")
    table = ctx.inputs["train"]
    names = table.schema.numeric_features(own.columns)
    matrix = Columns(part.checked_features(table, names))
    batches.check(table.n_rows, params.batch_rows, len(names))  # first: in a tiny step every column is thin
    half.check_support(matrix, names, params.batch_rows)
    with ctx.step("agreeing with the partners", 0.01):
        epoch, key = meet_promoter(ctx, table.ids().tolist(), len(names), key_bits or params.key_bits)
    weights = _Training(ctx, params, key, matrix).run(epoch)
    part.report(ctx, names, weights.tolist(), None)
    return {"model": Model("vert_glm_open_score", part.content(ctx, names, weights.tolist()))}


class _Training:
    """Numbered as in the README."""

    def __init__(self, ctx: Context, params: Params, key: PublicKey, matrix: Columns) -> None:
        self._ctx, self._params, self._key, self._matrix = ctx, params, key, matrix
        self._stream = Stream(ctx.rng.token(32), "gradient", ctx.job, ctx.task, ctx.attempt)
        self._masks = ProviderMasks(ctx)
        size = matrix.blocks.n_columns
        penalised = np.ones(size)
        way = half.optimiser(ctx, params, matrix, penalised)
        self._weights = Weights(size, penalised, params, way)

    def run(self, epoch: int) -> Floats:
        """Train from an epoch on; returns own weights."""
        ctx, most = self._ctx, self._params.epochs
        if epoch:
            self._weights.loads(ctx.checkpoint.load(epoch))
        while not epoch or self._goes_on(epoch):
            with ctx.step(f"epoch {epoch + 1} of at most {most}", 0.02 + 0.95 * epoch / most):
                plan = batches.batches(ctx.job, ctx.task, epoch, self._matrix.blocks.n_rows, self._params.batch_rows)
                for number, rows in enumerate(plan):
                    self._step(f"{epoch}.{number}", rows)
                ctx.checkpoint.save(epoch + 1, self._weights.dumps(epoch + 1, []))
            epoch += 1
        return self._weights.values

    def _goes_on(self, epoch: int) -> bool:
        verdict = self._ctx.recv(VERDICT, sender=self._ctx.promoter, step=str(epoch))
        if verdict not in (b"\0", b"\1"):
            raise BadPayload("a malformed verdict", party=self._ctx.promoter.member)
        return verdict == b"\1"

    def _step(self, step: str, rows: npt.NDArray[np.int64]) -> None:
        """Do steps 1, 3 and 5."""
        ctx, key, matrix = self._ctx, self._key, self._matrix
        scores = half.fixed(matrix.scores(rows, self._weights.values))
        sent = share(scores, self._masks.of(len(rows), step))
        ctx.send(SCORES, sent.astype("<u8").tobytes(), to=ctx.promoter, step=step)
        slots = scales.slots(key.bits)
        data = ctx.recv(RESIDUALS, sender=ctx.promoter, step=step)
        residuals = Block.loads(key, data, slots.n_ciphertexts(len(rows)))
        found = matrix.encrypted_gradient(rows, residuals, key)
        masks = [slots.wide_mask(self._stream) for _ in range(len(found))]
        ctx.send(GRADIENT_CT, add(found, encrypt(key, masks, self._stream)).dumps(), to=ctx.promoter, step=step)
        opened = load_ring(ctx.recv(GRADIENT, sender=ctx.promoter, step=step), scales.WIRE_RING, len(masks))
        gradient = lift([a - slots.middle(mask) for a, mask in zip(opened, masks, strict=True)], slots.width)
        self._weights.move(np.array(gradient, dtype=np.float64) * 2.0**-scales.FRAC_GRADIENT / len(rows))
