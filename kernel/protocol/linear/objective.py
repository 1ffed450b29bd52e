"""Opens the objective to the promoter: everybody's summands are added on their way, so only the total becomes known."""

import math
from collections.abc import Sequence

from kernel.core.context import Context
from kernel.core.party import Party, Role
from kernel.crypto.fixed_point import dump_ring, load_ring, signed
from kernel.protocol.linear import scales
from kernel.protocol.linear.messages import MESSAGES, recv, send

_FRAC = scales.FRAC_WEIGHT + scales.FRAC_GRADIENT


class Objective:
    """The last provider sends its summand to the one before it, and so on; the first one sends the promoter the sum."""

    def __init__(self, ctx: Context, n_rows: int) -> None:
        self._ctx, self._n_rows = ctx, n_rows

    def open(self, parts: Sequence[int], step: str) -> float | None:
        """Add our parts; returns the objective at the promoter and None elsewhere."""
        ctx = self._ctx
        providers = ctx.providers
        total = sum(parts)
        if ctx.role is Role.PROMOTER:
            total += self._from(providers[0], step)
            mean = signed(total, scales.WIDE_RING) * 2.0**-_FRAC / (8 * self._n_rows)
            return mean - 0.5 + math.log(2)
        if ctx.me != providers[-1]:
            total += self._from(providers[ctx.me.index + 1], step)
        to = providers[ctx.me.index - 1] if ctx.me.index else ctx.promoter
        send(ctx, MESSAGES.loss_share, dump_ring([total], scales.WIDE_RING), to, step)
        return None

    def _from(self, party: Party, step: str) -> int:
        data = recv(self._ctx, MESSAGES.loss_share, party, step)
        return load_ring(data, scales.WIDE_RING, 1)[0]
