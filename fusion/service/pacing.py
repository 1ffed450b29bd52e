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
            "Greet": Pace(limits.greetings),
            "Probe": Pace(limits.probes),
            "Propose": Pace(limits.proposals),
        }
        self._address, self._all = Pace(limits.greetings_of_address), Pace(limits.greetings_of_all)

    def known(self, method: str, partner: str) -> None:
        """Count a call of a partner that has proved who it is; raises TooOften."""
        if method in self._of:
            _count(self._of[method], method, partner)

    def unknown(self, method: str, address: str) -> None:
        """Count a call before anything of it is looked at; raises TooOften."""
        if method == "Greet":
            _count(self._address, method, address)
            _count(self._all, method, "")


def _count(pace: Pace, method: str, key: str) -> None:
    most, wait_s = pace.per_minute, math.ceil(pace.wait_s(key))
    if not wait_s:
        return
    if method == "Greet":
        told = f"more than {most} greetings a minute; the next is taken in {wait_s} s"
    elif method == "Probe":
        told = f"more than {most} probes of the way a minute; the next is taken in {wait_s} s"
    else:
        told = f"more than {most} proposals a minute; the next is taken in {wait_s} s"
    raise TooOften(told, public_detail=told)
