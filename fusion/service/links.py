"""How fast the way to a partner is: measured by a few signed calls whose bytes are thrown away, or set."""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass

from common.errors import HanseError
from common.rpc.wire import now_ms
from fusion.service.ports import PartnerNode, PartnerNodes
from fusion.store.base import LinkStore
from kernel.protocol.psi.effort import Link

PROBE_BYTES = 1 << 20
_SMALL, _TRIPS = 1 << 16, 3
_SLOW_S = 0.5  # a small probe that takes so long needs no larger one
_FRESH_MS = 3_600_000
_ASSUMED = Link(100e6, 0.02)


@dataclass(frozen=True, slots=True)
class Way:
    """A link, and where its numbers come from: set, measured or assumed."""

    link: Link
    source: str


class Links:
    """Knows the ways to all partners; `bits_per_s` and `round_trip_s` of the settings stand above all, 0: measure."""

    def __init__(self, store: LinkStore, nodes: PartnerNodes, bits_per_s: float, round_trip_s: float) -> None:
        self._store, self._nodes = store, nodes
        self._set = (bits_per_s, round_trip_s)

    def known(self, partner: str) -> Way:
        """Return what is known without asking anybody."""
        found = self._store.find(partner)
        return self._over(Way(_ASSUMED, "assumed") if found is None else Way(Link(*found[:2]), "measured"))

    def of(self, partner: str) -> Way:
        """Return a way that was measured within the hour, or measure it now where the partner answers."""
        found = self._store.find(partner)
        if not all(self._set) and (found is None or now_ms() - found[2] > _FRESH_MS):
            with suppress(HanseError):  # who is away is not measured, and what was known or is assumed holds
                link = _measured(self._nodes.node(partner))
                self._store.put(partner, link.bits_per_s, link.round_trip_s, now_ms())
        return self.known(partner)

    def _over(self, way: Way) -> Way:
        bits_per_s, round_trip_s = self._set
        link = Link(bits_per_s or way.link.bits_per_s, round_trip_s or way.link.round_trip_s)
        return Way(link, "set" if all(self._set) else way.source)


def _measured(node: PartnerNode) -> Link:
    """Measure the rate in our direction; signing and checking a call is part of the round trip, as always."""
    node.probe(b"")  # the connection is made
    round_trip_s = min(_seconds(node, 0) for _ in range(_TRIPS))
    rate = 0.0
    for size in (_SMALL, PROBE_BYTES):
        seconds = _seconds(node, size)
        rate = max(rate, 8 * size / max(seconds - round_trip_s, 1e-5))
        if seconds > _SLOW_S:
            break
    return Link(rate, round_trip_s)


def _seconds(node: PartnerNode, size: int) -> float:
    payload = secrets.token_bytes(size)  # which nothing on the way makes shorter
    start = time.monotonic()
    node.probe(payload)
    return time.monotonic() - start
