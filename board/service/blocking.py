"""Members that our gateway refuses, with the reason that our own people gave."""

from board.domain.errors import InvalidFields
from board.service.audit import Audit
from board.service.clock import now_ms
from board.service.ports import Gateway
from board.store.letters import Blocked, BlockStore
from common.errors import NotFound


class Blocking:
    """The refused members; the gateway's policy decides, the reasons are for people."""

    def __init__(self, member: str, store: BlockStore, gateway: Gateway, audit: Audit) -> None:
        self._member, self._store, self._gateway, self._audit = member, store, gateway, audit

    def all(self) -> list[Blocked]:
        """Return all that the gateway refuses, with the reasons that are known."""
        refused, _ = self._gateway.policy()
        known = {blocked.member: blocked for blocked in self._store.all()}
        return [known.get(member, Blocked(member, "", 0, "")) for member in sorted(refused)]

    def put(self, member: str, reason: str, by: str) -> Blocked:
        """Refuse a member from now on: no call of its gateway is answered, and none of ours goes there."""
        if member == self._member:
            raise InvalidFields("member: this is us")
        refused, networks = self._gateway.policy()
        self._gateway.set_policy(sorted({*refused, member}), networks)
        blocked = Blocked(member, reason, now_ms(), by)
        self._store.put(blocked)
        self._audit.note(by, "member_blocked", member, reason)
        return blocked

    def drop(self, member: str, by: str) -> None:
        """Answer a member again."""
        refused, networks = self._gateway.policy()
        if member not in refused:
            raise NotFound(f"{member} is not refused")
        self._gateway.set_policy([other for other in refused if other != member], networks)
        self._store.drop(member)
        self._audit.note(by, "member_unblocked", member)
