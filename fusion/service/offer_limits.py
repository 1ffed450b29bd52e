"""How many proposals of one partner a node keeps: unanswered ones, and within a day, whatever became of them."""

import math
from dataclasses import dataclass

from common.rpc.wire import now_ms
from fusion.domain import states
from fusion.domain.errors import TooManyProposals, TooManyUnanswered
from fusion.store.base import TaskStore

_DAY_MS, _MINUTE_MS = 86_400_000, 60_000


@dataclass(frozen=True, slots=True)
class OfferLimits:
    """Of one partner.

    Parameters
    ----------
    unanswered
        People look through them, and the driver does so twice a second.
    a_day
        The history grows by each, also by one that is withdrawn at once.
    """

    unanswered: int
    a_day: int

    def check(self, store: TaskStore, partner: str) -> None:
        """See that one more can be kept.

        Raises
        ------
        TooManyUnanswered, TooManyProposals
            Not now; the detail says when.
        """
        waiting, _ = store.offered_by(partner, 0, [states.PENDING])
        if waiting >= self.unanswered:
            told = f"{waiting} proposals of {partner} wait for an answer, which is the most"
            raise TooManyUnanswered(told, public_detail=told)
        since_ms = now_ms() - _DAY_MS
        count, oldest_ms = store.offered_by(partner, since_ms)
        if count >= self.a_day:
            minutes = max(1, math.ceil((oldest_ms - since_ms) / _MINUTE_MS))
            told = f"{count} proposals of {partner} within a day; the next is taken in {minutes} min"
            raise TooManyProposals(told, public_detail=told)
