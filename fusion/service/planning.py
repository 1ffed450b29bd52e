"""What an alignment will take, by each protocol; who accepts chooses by it where the proposal leaves that open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fusion.domain import prepared, states
from fusion.domain.asking import Sketch
from fusion.domain.key_rule import KeyRule, rule_of
from fusion.domain.models import AUTO, Task
from fusion.service.links import Links, Way
from fusion.service.table_choice import NO_TABLE, TableChoice
from fusion.service.terms import offered, terms_of
from kernel.protocol.psi.effort import Link, Machine, this_machine
from kernel.protocol.psi.planner import Plan, plan
from kernel.protocol.psi.port import Learns, Terms

# Calls, files and the database of a small alignment; microseconds an id of the larger set to read ids and write rows.
_AROUND_S, _ROW_US = 0.1, 2.5


class Planning:
    """Plans.

    Parameters
    ----------
    threads
        Cores that it may use.
    ready
        Whether what protocols compile is loaded, see `fusion.service.warming`; a partner's node is taken to be as far.
    """

    def __init__(self, links: Links, choice: TableChoice, threads: int, ready: Callable[[], bool]) -> None:
        self._links, self._choice, self._ready = links, choice, ready
        found = this_machine()
        self._means = min(found.cores, threads), found.vectors

    @property
    def machine(self) -> Machine:
        """The machine that this node runs on."""
        return Machine(*self._means, ready=self._ready())

    def settled(self, task: Task) -> Task:
        """Plan an alignment whose sizes are known; returns it with its plan, the protocol, and the table that is used.

        The protocol is the agreed one where there is one; no other than the tables' own uses one.
        """
        return self._settled(task, self._links.of(task.partner))

    def before(self, sketch: Sketch, mbit: float, latency_ms: float) -> dict[str, Any]:
        """Plan what has not been proposed yet, as it would be planned then.

        Of a partner's machine nothing is known, so it is taken to be as ours; which tables it keeps, it will say.

        Parameters
        ----------
        mbit, latency_ms
            In the place of what is known of the way; 0: that.
        """
        way = self._links.of(sketch.partner) if sketch.partner else self._links.known("")
        link = Link(1e6 * mbit or way.link.bits_per_s, latency_ms / 1000 or way.link.round_trip_s)
        columns = len(sketch.columns)
        task = Task(
            task="0" * 32,
            name="",
            partner=sketch.partner,
            role=sketch.role,
            proposed_here=True,
            state=states.CREATED,
            protocol=AUTO,
            learns=sketch.learns,
            key_rule=rule_of(sketch.key_rule, columns) if columns else KeyRule(),
            created_ms=0,
            expires_ms=0,
            data_set=sketch.data_set,
            columns=sketch.columns,
            hashed_here=sketch.hashed_here,
            ids=sketch.ids,
            partner_rows=sketch.partner_ids,
            partner_cores=self._means[0],
            partner_vectors=self._means[1],
        )
        asked = Way(link, "set" if mbit and latency_ms else way.source)
        return self._settled(self._choice.foreseen(task), asked).plan or {}

    def _settled(self, task: Task, way: Way) -> Task:
        theirs = Machine(task.partner_cores or self._means[0], task.partner_vectors or "none", ready=self._ready())
        agreed = task.protocol_chosen or ("" if task.protocol == AUTO else task.protocol)
        made = self._planned(terms_of(task), task.role, theirs, way, agreed)
        if made["protocol"] != prepared.PROTOCOL:
            task = replace(task, **NO_TABLE)
        return replace(task, protocol_chosen=made["protocol"], plan={**made, "table": task.table})

    def _planned(self, terms: Terms, role: str, theirs: Machine, way: Way, agreed: str) -> dict[str, Any]:
        machines = (self.machine, theirs) if role == states.SENDER else (theirs, self.machine)
        around_s = _AROUND_S + 1e-6 * _ROW_US * max(terms.n_sender, terms.n_receiver)
        best = plan(terms, *machines, way.link, allowed=offered(), around_s=around_s)
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
