"""Control calls between the members' services, by an allow-list on both sides, all in the egress record."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from common.errors import DeadlineExceeded, Unavailable
from common.rpc.wire import now_ms
from gateway.domain.errors import NotRelayableError
from gateway.domain.messages import CONTROL, EgressLine

if TYPE_CHECKING:
    from gateway.service.ports import OwnServices, Peers
    from gateway.store.base import EgressStore

#: A service may call its own kind of service at other members, and nothing else.
RELAYED = {
    "board": "/hanse.board.v1.BoardPeerService/",
    "flow": "/hanse.flow.v1.FlowPeerService/",
    "serving": "/hanse.serving.v1.ServingPeerService/",
}
LONGEST_S = 120.0
DEFAULT_S = 10.0


class Relay:
    """Passes control calls out and in."""

    def __init__(self, own_member: str, peers: Peers, services: OwnServices, egress: EgressStore) -> None:
        self._own = own_member
        self._peers = peers
        self._services = services
        self._egress = egress

    def call(self, caller: str, member: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Make a call of an own service ("flow@bank") at another member."""
        service = caller.partition("@")[0]
        prefix = RELAYED.get(service)
        if prefix is None or not method.startswith(prefix):
            raise NotRelayableError(f"{caller} may not call {method} at other members")
        self._record(member, method, request)
        try:
            return self._peers.relay(member, method, request, timeout_s)
        except (Unavailable, DeadlineExceeded) as error:
            error.party = error.party or member
            raise

    def answer(self, origin: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Hand the call of another member's service to ours."""
        found = [name for name, prefix in RELAYED.items() if method.startswith(prefix)]
        if not found:
            raise NotRelayableError(f"{method} is not open to other members")
        service = found[0]
        try:
            response = self._services.relay(service, origin, method, request, timeout_s)
        except (Unavailable, DeadlineExceeded) as error:
            # Our addresses are nobody's business.
            public = f"the {service} of {self._own} does not answer"
            raise type(error)(error.detail, party=self._own, public_detail=public) from error
        self._record(origin, f"{method} answer", response)
        return response

    def _record(self, member: str, method: str, content: bytes) -> None:
        digest = hashlib.sha256(content).digest()
        line = EgressLine(now_ms(), member, "", "", 0, "", method, CONTROL, len(content), digest)
        self._egress.append(line)
