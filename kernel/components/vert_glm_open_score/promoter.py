"""The promoter: sees every row's score, keeps labels and residuals."""

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kernel.components.vert_glm_open_score import batches, half, scales
from kernel.components.vert_glm_open_score.columns import Columns, ones
from kernel.components.vert_glm_open_score.half import Weights
from kernel.components.vert_glm_open_score.meeting import Met, meet_providers
from kernel.components.vert_glm_open_score.spec import (
    GRADIENT,
    GRADIENT_CT,
    RESIDUALS,
    SCORES,
    VERDICT,
    OwnParams,
    Params,
)
from kernel.core import Context, Model, Outputs, Party
from kernel.core.errors import BadLabel, BadParameters, BadPayload
from kernel.crypto import paillier
from kernel.crypto.fixed_point import dump_ring, encode
from kernel.crypto.paillier import Block, PrivateKey
from kernel.crypto.prg import Stream
from kernel.data.engine import Table
from kernel.ml.glm import FAMILIES
from kernel.protocol.linear import part
from kernel.protocol.linear.setup import KeyMaker
from kernel.protocol.scoring import combine

Floats = npt.NDArray[np.float64]
_QUIET_EPOCHS = 3  # in which the loss falls by less than the tolerance


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Train; `make_key` is replaced by tests only."""
    table = ctx.inputs["train"]
    names = [name for name in table.schema.numeric_features(own.columns) if name != own.weight]
    label = _column(table, part.checked_label(table))
    FAMILIES[params.family].check(label)
    row_weights = _row_weights(table, own, params, label)
    if params.optimizer == "newton" and np.ptp(row_weights) > 0:
        # Providers bound the curvature by their own columns; they do not know which rows weigh more.
        raise BadParameters("optimizer: newton needs rows of one weight", hint="Take adam, or no weights.")
    matrix = Columns(part.checked_features(table, names).map(ones))
    with ctx.step("making a key", 0.0):
        key = make_key(params.key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    with ctx.step("agreeing with the partners", 0.01):
        met = meet_providers(ctx, key.public, table.ids().tolist(), params.batch_rows)
    weights, losses = _Training(ctx, params, key, matrix, label, row_weights, met).run()
    *slopes, intercept = weights.tolist()
    part.report(ctx, names, slopes, intercept)
    ctx.tracker.metric("loss", losses[-1])
    ctx.tracker.metric("epochs", len(losses))
    ctx.tracker.block(
        "curve",
        "Mean loss",
        {
            "x": {"name": "epoch", "values": list(range(1, len(losses) + 1))},
            "series": [{"name": "loss", "values": losses}],
        },
    )
    content = part.content(ctx, names, slopes)
    content |= {
        "objective": FAMILIES[params.family].objective,
        "intercept": intercept,
        "label": table.schema.label_column,
    }
    return {"model": Model("vert_glm_open_score", content)}


def _column(table: Table, name: str) -> Floats:
    return table.blocks((name,)).collect()[:, 0]


def _row_weights(table: Table, own: OwnParams, params: Params, label: Floats) -> Floats:
    """Weights of rows, one on average.

    Raises
    ------
    BadParameters, BadLabel
        Weights that are missing or negative; classes that are none.
    """
    weights = _column(table, own.weight) if own.weight else np.ones(len(label))
    if not np.all(np.isfinite(weights)) or np.min(weights) < 0 or not np.sum(weights) > 0:
        raise BadParameters(f"weight: {own.weight} has missing or negative values, or nothing but zeros")
    if own.balance:
        if params.family != "binary":
            raise BadLabel("only two classes can be balanced", hint="Turn balance off.")
        positive = float(np.sum(weights * label)) / float(np.sum(weights))
        if not 0 < positive < 1:
            raise BadLabel("one class has no weight")
        weights = weights * np.where(label > 0, 0.5 / positive, 0.5 / (1 - positive))
    return np.asarray(weights * len(weights) / np.sum(weights))


class _Training:
    """Numbered as in the README."""

    def __init__(
        self,
        ctx: Context,
        params: Params,
        key: PrivateKey,
        matrix: Columns,
        label: Floats,
        row_weights: Floats,
        met: Met,
    ) -> None:
        self._ctx, self._params, self._key, self._matrix, self._met = ctx, params, key, matrix, met
        self._label, self._row_weights, self._family = label, row_weights, FAMILIES[params.family]
        self._stream = Stream(ctx.rng.token(32), "residuals", ctx.job, ctx.task, ctx.attempt)
        size = matrix.blocks.n_columns
        penalised = np.append(np.ones(size - 1), 0.0)
        way = half.optimiser(ctx, params, matrix, penalised)
        self._weights = Weights(size, penalised, params, way)
        self._losses = self._weights.loads(ctx.checkpoint.load(met.epoch)) if met.epoch else []

    def run(self) -> tuple[Floats, list[float]]:
        """Train; returns own weights, the intercept last, and the mean loss of each epoch."""
        ctx, most = self._ctx, self._params.epochs
        goes_on = self._goes_on()
        if self._losses:  # those who go on from a checkpoint have not heard what came of it
            self._tell(bytes([goes_on]))
        while goes_on:
            epoch = len(self._losses)
            with ctx.step(f"epoch {epoch + 1} of at most {most}", 0.02 + 0.95 * epoch / most):
                self._losses.append(sum(self._epoch(epoch)) / len(self._label))
                ctx.checkpoint.save(epoch + 1, self._weights.dumps(epoch + 1, self._losses))
            goes_on = self._goes_on()
            self._tell(bytes([goes_on]))
        return self._weights.values, self._losses

    def _tell(self, verdict: bytes) -> None:
        for party in self._ctx.providers:
            self._ctx.send(VERDICT, verdict, to=party, step=str(len(self._losses)))

    def _goes_on(self) -> bool:
        last, tolerance = self._losses[-_QUIET_EPOCHS - 1 :], self._params.tolerance
        falls = any(before - after > tolerance for before, after in itertools.pairwise(last))
        return len(self._losses) < self._params.epochs and (not tolerance or len(last) <= _QUIET_EPOCHS or falls)

    def _epoch(self, epoch: int) -> Iterator[float]:
        ctx, params = self._ctx, self._params
        plan = batches.batches(ctx.job, ctx.task, epoch, len(self._label), params.batch_rows)
        for number, rows in enumerate(plan):
            yield self._step(f"{epoch}.{number}", rows)

    def _step(self, step: str, rows: npt.NDArray[np.int64]) -> float:
        """Do steps 1 to 4; returns the batch's loss before it moves."""
        ctx, key = self._ctx, self._key
        own = half.fixed(self._matrix.scores(rows, self._weights.values))
        scores = combine(own, [self._scores(party, step, len(rows)) for party in ctx.providers])
        label, row_weights = self._label[rows], self._row_weights[rows]
        loss = float(row_weights @ self._family.loss(scores, label))
        residuals = row_weights * (self._family.mean(scores) - label)
        numbers = encode(residuals, scales.FRAC_RESIDUAL, scales.FRAC_RESIDUAL + scales.RESIDUAL_BITS)
        packed = scales.slots(key.public.bits).pack(numbers.tolist())
        payload = key.encrypt(packed, self._stream).dumps()
        for party in ctx.providers:
            ctx.send(RESIDUALS, payload, to=party, step=step)
        self._weights.move(self._matrix.gradient(rows, residuals) / len(rows))
        for party in ctx.providers:
            self._answer(party, step)
        return loss

    def _scores(self, party: Party, step: str, count: int) -> npt.NDArray[np.uint64]:
        data = self._ctx.recv(SCORES, sender=party, step=step)
        if len(data) != 8 * count:
            raise BadPayload(f"{len(data)} bytes of scores for {count} rows", party=party.member)
        return np.frombuffer(data, "<u8").astype(np.uint64)

    def _answer(self, party: Party, step: str) -> None:
        """Decrypt a provider's gradient under its mask: step 4."""
        ctx, key = self._ctx, self._key
        data = ctx.recv(GRADIENT_CT, sender=party, step=step)
        opened = key.decrypt(Block.loads(key.public, data, self._met.n_columns[party.member]))
        slots = scales.slots(key.public.bits)
        values = [slots.middle(value) for value in opened]
        ctx.send(GRADIENT, dump_ring(values, scales.WIRE_RING), to=party, step=step)
