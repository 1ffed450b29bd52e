"""The arbiter: has the key and no data; decrypts masked sums and sends them back."""

import struct
from dataclasses import dataclass

from kernel.components.vert_glm_coordinated.shared import layout_of
from kernel.components.vert_glm_coordinated.spec import GRADIENTS, KEYS, PLAN, VERDICT_ARBITER, OwnParams, Params
from kernel.core import Context, Outputs
from kernel.core.errors import BadPayload
from kernel.core.wire import said_by
from kernel.crypto import paillier
from kernel.crypto.prg import Stream
from kernel.protocol.glm import epochs, gradient, scales
from kernel.protocol.linear.setup import KeyMaker

_HEAD = struct.Struct(">IIHB")  # epoch, steps of an epoch, outputs, whether a ciphertext holds a single row
_MOST_COLUMNS = 1 << 16


@dataclass(frozen=True)
class Plan:
    """What the arbiter must know, and how the promoter writes it: sizes only.

    Parameters
    ----------
    n_columns
        Of each owner of columns, the promoter first, its intercept counted.
    """

    epoch: int
    n_batches: int
    n_outputs: int
    single: bool
    n_columns: tuple[int, ...]

    def dumps(self) -> bytes:
        """Write it."""
        head = _HEAD.pack(self.epoch, self.n_batches, self.n_outputs, self.single)
        return head + struct.pack(f">{len(self.n_columns)}I", *self.n_columns)

    @classmethod
    def loads(cls, data: bytes, n_owners: int, most_epochs: int) -> "Plan":
        """Read it.

        Raises
        ------
        BadPayload
            Another length, or a number out of range.
        """
        if len(data) != _HEAD.size + 4 * n_owners:
            raise BadPayload("a malformed plan")
        epoch, n_batches, n_outputs, single = _HEAD.unpack(data[: _HEAD.size])
        columns = struct.unpack(f">{n_owners}I", data[_HEAD.size :])
        fits = epoch <= most_epochs and 0 < n_batches < 1 << scales.ROW_BITS and 0 < n_outputs <= scales.MOST_OUTPUTS
        if not fits or single > 1 or not all(0 < count <= _MOST_COLUMNS for count in columns):
            raise BadPayload("a plan with numbers out of range")
        return cls(epoch, n_batches, n_outputs, bool(single), columns)


def run(ctx: Context, params: Params, own: OwnParams, make_key: KeyMaker = paillier.generate) -> Outputs:
    """Help to train; `make_key` is replaced by tests only."""
    own.check_arbiter()
    family = params.loss()
    with ctx.step("making a key", 0.0):
        key = make_key(params.key_bits, Stream(ctx.rng.token(32), "key", ctx.job, ctx.attempt))
    with ctx.step("agreeing with the partners", 0.01):
        for party in ctx.owners:
            ctx.send(KEYS[party.role], key.public.dumps(), to=party)
        data = ctx.recv(PLAN, sender=ctx.promoter)
        with said_by(ctx.promoter):
            plan = Plan.loads(data, len(ctx.owners), params.epochs)
    layout = layout_of(family, key.public.bits, single=plan.single)
    counts = {party: plan.n_outputs * count for party, count in zip(ctx.owners, plan.n_columns, strict=True)}

    def answer(epoch: int | str) -> None:
        for number in range(plan.n_batches):
            for party in ctx.owners if epoch != "zero" else ctx.providers:
                gradient.answer(ctx, key, layout, party, counts[party], GRADIENTS[party.role], f"{epoch}.{number}")

    with ctx.step("sums at zero weights", 0.015):
        answer("zero")
    epochs.follow(ctx, params, plan.epoch, VERDICT_ARBITER, answer, None)
    return {}
