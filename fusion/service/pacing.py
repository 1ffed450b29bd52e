"""How often partners' nodes may call: greetings, probes of the way, and proposals."""

import math
from dataclasses import dataclass

from common.pace import Pace
from fusion.domain.errors import TooOften


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls a minute.

    Parameters
    ----------
    greetings, probes, proposals
        Of one partner.
    greetings_of_address, greetings_of_all
        Before anybody knows whose they are.
    """

    greetings: int
    probes: int
    proposals: int
    greetings_of_address: int
    greetings_of_all: int


class Pacing:
    """Counts calls; of each caller and address no more than a moment is kept."""

    def __init__(self, limits: Limits) -> None:
        self._of = {
            "Greet": (Pace(limits.greetings), "greetings of a partner"),
            "Probe": (Pace(limits.probes), "probes of a partner"),
            "Propose": (Pace(limits.proposals), "proposals of a partner"),
        }
        self._address = Pace(limits.greetings_of_address), "greetings of an address"
        self._all = Pace(limits.greetings_of_all), "greetings"

    def known(self, method: str, partner: str) -> None:
        """Count a call of a partner that has proved who it is; raises TooOften."""
        if method in self._of:
            _count(*self._of[method], partner)

    def unknown(self, method: str, address: str) -> None:
        """Count a call before anything of it is looked at; raises TooOften."""
        if method == "Greet":
            _count(*self._address, address)
            _count(*self._all, "")


def _count(pace: Pace, what: str, key: str) -> None:
    wait_s = pace.wait_s(key)
    if wait_s:
        told = f"more than {pace.per_minute} {what} a minute; the next is taken in {math.ceil(wait_s)} s"
        raise TooOften(told, public_detail=told)
