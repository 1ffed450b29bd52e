"""A provider sends its part of every score, masked when there is another provider."""

from typing import Any

from kernel.components.predict import shared
from kernel.components.predict.spec import MASK_KEY, SCORE_SHARE, Params
from kernel.core import Context, Outputs
from kernel.protocol.scoring import MaskKey, share


def run(ctx: Context, params: Params, own: Any) -> Outputs:
    """Score own columns."""
    del own
    shared.check_alignment(ctx)
    key = MaskKey(ctx.rng.token(32))
    others = [party for party in ctx.providers if party != ctx.me]
    for party in others:
        ctx.send(MASK_KEY, key.public, to=party)
    peers = {party.member: ctx.recv(MASK_KEY, sender=party) for party in others}
    with ctx.step("own part", 0.2):
        part = shared.own_scores(ctx, params)
    masks = key.masks(ctx.me.member, peers, f"{ctx.job} {ctx.task} {ctx.attempt}", len(part))
    ctx.send(SCORE_SHARE, share(part, masks).astype("<u8").tobytes(), to=ctx.promoter)
    return {}
