"""Whether a partner and we reach each other: there by the gateways' probe, back by a word of the partner's board."""

import secrets
import threading
import time
from dataclasses import dataclass, replace

from board.service.clock import now_ms
from board.service.outbox import Outbox
from board.service.ports import Gateway, Reached
from common.errors import HanseError, NotFound
from proto.board.v1 import board_pb2 as pb

_KEPT = 100
_ANSWERS_APART_S = 1.0


@dataclass(frozen=True, slots=True)
class ReachTest:
    """One test; `back_ms` is how long the way there and back took, 0 as long as no word has come."""

    test: str
    member: str
    started_ms: int
    there: Reached
    back_ms: int = 0


class Reach:
    """Runs tests, and answers those of partners."""

    def __init__(self, gateway: Gateway, outbox: Outbox) -> None:
        self._gateway, self._outbox = gateway, outbox
        self._lock = threading.Lock()
        self._tests: dict[str, ReachTest] = {}
        self._answered: dict[str, float] = {}

    def start(self, member: str) -> ReachTest:
        """Probe a member's gateway, and ask its board to call us back."""
        try:
            there = self._gateway.probe(member)
        except HanseError as error:
            there = Reached(reachable=False, problem=error.detail)
        test = ReachTest(f"rch-{secrets.token_hex(8)}", member, now_ms(), there)
        with self._lock:
            self._tests[test.test] = test
            for old in list(self._tests)[:-_KEPT]:
                del self._tests[old]
        if there.reachable:
            self._outbox.put(member, "CheckReach", pb.CheckReachRequest(test=test.test))
        return test

    def find(self, test: str) -> ReachTest:
        """Return how a test stands."""
        with self._lock:
            found = self._tests.get(test)
        if found is None:
            raise NotFound(f"there is no connection test {test}; start one")
        return found

    def asked(self, origin: str, test: str) -> None:
        """Call a partner back, once a second at most, so that nobody makes us send without end."""
        with self._lock:
            now = time.monotonic()
            if now - self._answered.get(origin, -_ANSWERS_APART_S) < _ANSWERS_APART_S:
                return
            self._answered[origin] = now
        self._outbox.put(origin, "Reached", pb.ReachedRequest(test=test))

    def arrived(self, origin: str, test: str) -> None:
        """Note that a partner has called us back."""
        with self._lock:
            found = self._tests.get(test)
            if found is not None and found.member == origin and not found.back_ms:
                self._tests[test] = replace(found, back_ms=max(1, now_ms() - found.started_ms))
