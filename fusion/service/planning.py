"""What an alignment will take, by each protocol; who accepts chooses by it where the proposal leaves that open."""

from typing import Any

from fusion.domain import states
from fusion.domain.models import AUTO, Task
from fusion.service.links import Links, Way
from fusion.service.terms import offered, terms_of
from kernel.protocol.psi.effort import Link, Machine, this_machine
from kernel.protocol.psi.planner import Plan, plan
from kernel.protocol.psi.port import Learns, Terms


class Planning:
    """Plans; `machine` is the one that this node runs on, with as many cores as it may use."""

    def __init__(self, links: Links, threads: int) -> None:
        self._links = links
        found = this_machine()
        self.machine = Machine(min(found.cores, threads), found.vectors)

    def of(self, task: Task) -> dict[str, Any]:
        """Plan an alignment whose sizes are known; the protocol is the agreed one where there is one."""
        theirs = Machine(task.partner_cores or self.machine.cores, task.partner_vectors or "none")
        agreed = task.protocol_chosen or ("" if task.protocol == AUTO else task.protocol)
        return self._planned(terms_of(task), task.role, theirs, self._links.of(task.partner), agreed)

    def before(
        self, ids: int, partner_ids: int, learns: str, role: str, partner: str, mbit: float, latency_ms: float
    ) -> dict[str, Any]:
        """Plan what has not been proposed yet; of a partner's machine nothing is known, so it is taken to be as ours.

        Parameters
        ----------
        partner
            Whose way is measured; empty: the usual one is assumed.
        mbit, latency_ms
            In the place of what is known of the way; 0: that.
        """
        way = self._links.of(partner) if partner else self._links.known("")
        link = Link(1e6 * mbit or way.link.bits_per_s, latency_ms / 1000 or way.link.round_trip_s)
        sizes = (ids, partner_ids) if role == states.SENDER else (partner_ids, ids)
        asked = Way(link, "set" if mbit and latency_ms else way.source)
        return self._planned(Terms("0" * 32, *sizes, Learns(learns)), role, self.machine, asked, "")

    def _planned(self, terms: Terms, role: str, theirs: Machine, way: Way, agreed: str) -> dict[str, Any]:
        machines = (self.machine, theirs) if role == states.SENDER else (theirs, self.machine)
        best = plan(terms, *machines, way.link, allowed=offered())
        every = (best, *best.others)
        taken = next((one for one in every if one.protocol == agreed), best)
        return {
            "protocol": taken.protocol,
            "seconds": taken.seconds,
            "bytes": taken.n_bytes,
            "why": taken.why if taken is best else f"both sides agreed on {taken.protocol}",
            "alternatives": [_other(one, terms.learns) for one in every if one is not taken],
            "mbit_per_s": round(way.link.bits_per_s / 1e6, 3),
            "round_trip_ms": round(1000 * way.link.round_trip_s, 3),
            "link": way.source,
        }


def _other(one: Plan, learns: Learns) -> dict[str, Any]:
    able = learns in offered()[one.protocol].learns
    numbers = {"seconds": one.seconds, "bytes": one.n_bytes} if able else {"seconds": None, "bytes": None}
    return {"protocol": one.protocol, **numbers, "why_not": one.why}
