"""The count of epochs: the promoter knows the loss and decides, all keep a checkpoint after each."""

import itertools
from collections.abc import Callable, Mapping

from kernel.core.context import Context
from kernel.core.errors import BadPayload
from kernel.core.message import Message
from kernel.core.party import Party
from kernel.core.wire import said_by
from kernel.protocol.glm.params import GlmParams
from kernel.protocol.glm.weights import Weights

_QUIET_EPOCHS = 3  # in which the loss falls by less than the tolerance


def lead(
    ctx: Context,
    params: GlmParams,
    weights: Weights,
    start: int,
    verdicts: Mapping[Party, Message],
    train: Callable[[int], float],
) -> list[float]:
    """Train epoch after epoch: the promoter's half.

    Parameters
    ----------
    start
        The epoch to go on from.
    verdicts
        By what message each other party is told whether training goes on.
    train
        Trains an epoch, given its number; returns the mean loss.

    Returns
    -------
    The mean loss of every epoch.
    """
    losses = weights.loads(ctx.checkpoint.load(start)) if start else []

    def tell() -> None:
        for party, message in verdicts.items():
            ctx.send(message, bytes([goes_on]), to=party, step=str(len(losses)))

    goes_on = _goes_on(losses, params)
    if losses:  # those who go on from a checkpoint have not heard what came of it
        tell()
    while goes_on:
        epoch = len(losses)
        with ctx.step(f"epoch {epoch + 1} of at most {params.epochs}", _done(epoch, params)):
            losses.append(train(epoch))
            ctx.checkpoint.save(epoch + 1, weights.dumps(losses))
        goes_on = _goes_on(losses, params)
        tell()
    return losses


def follow(
    ctx: Context, params: GlmParams, start: int, verdict: Message, train: Callable[[int], None], weights: Weights | None
) -> None:
    """Do the half of all others; an arbiter has no weights and keeps no checkpoint."""
    if start and weights:
        weights.loads(ctx.checkpoint.load(start))
    for epoch in itertools.count(start):
        if epoch and not _told(ctx, verdict, epoch, params.epochs):
            return
        with ctx.step(f"epoch {epoch + 1} of at most {params.epochs}", _done(epoch, params)):
            train(epoch)
            if weights:
                ctx.checkpoint.save(epoch + 1, weights.dumps([]))


def _told(ctx: Context, verdict: Message, epoch: int, most: int) -> bool:
    data = ctx.recv(verdict, sender=ctx.promoter, step=str(epoch))
    with said_by(ctx.promoter):
        if data not in (b"\0", b"\1"):
            raise BadPayload("a malformed verdict")
        if data == b"\1" and epoch >= most:
            raise BadPayload("it goes on after the last epoch")
    return data == b"\1"


def _goes_on(losses: list[float], params: GlmParams) -> bool:
    last, tolerance = losses[-_QUIET_EPOCHS - 1 :], params.tolerance
    falls = any(before - after > tolerance for before, after in itertools.pairwise(last))
    return len(losses) < params.epochs and (not tolerance or len(last) <= _QUIET_EPOCHS or falls)


def _done(epoch: int, params: GlmParams) -> float:
    return min(0.97, 0.02 + 0.95 * epoch / params.epochs)
