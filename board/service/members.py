"""Our own member and the others: registration on the ledger, and what the register says."""

from dataclasses import asdict, dataclass, replace

import structlog

from board.domain.data_sets import Proof
from board.service.audit import Audit
from board.service.ports import Gateway, Identity, LedgerEntry, Page, Union
from common.errors import HanseError

log = structlog.get_logger()
_FROZEN = "HAN-1105"  # the union's answer to a member that the federation has frozen


@dataclass(frozen=True, slots=True)
class Standing:
    """How this member stands at the union; `problem` says why it is not known, if it is not."""

    status: str  # unregistered, pending, admitted, frozen, removed, unknown
    reachable: bool
    federation_id: str = ""
    head: int = 0
    transaction: str = ""
    block: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the register knows it."""

    member: str
    name: str
    status: str
    gateway: str
    transaction: str
    block: int
    reachable: bool | None = None
    round_trip_ms: float | None = None
    problem: str = ""


class Members:
    """The federation's members."""

    def __init__(self, identity: Identity, union: Union, gateway: Gateway, audit: Audit) -> None:
        self.identity, self._union, self._gateway, self._audit = identity, union, gateway, audit
        self._last = Standing("unknown", reachable=False)

    def standing(self) -> Standing:
        """Return how we stand; when the union does not answer, what it said last."""
        try:
            entry = self._union.entry("member", self.identity.member)
            if entry is None:
                self._last = Standing("unregistered", reachable=True)
            else:
                federation = self._union.federation()
                self._last = Standing(
                    entry.status,
                    reachable=True,
                    federation_id=federation.federation_id,
                    head=federation.head,
                    transaction=entry.transaction,
                    block=entry.block,
                )
        except HanseError as error:
            if error.code == _FROZEN:
                return replace(self._last, status="frozen", reachable=True, problem=error.detail)
            log.info("union_away", code=error.code)
            return replace(self._last, reachable=False, problem=error.detail)
        return self._last

    def register(self, by: str) -> Proof:
        """Put our own record on the ledger, or a new version of it."""
        body = {name: value for name, value in asdict(self.identity).items() if name != "contact" or value}
        proof = self._union.submit("member", self.identity.member, body)
        self._audit.note(by, "member_registered", self.identity.member, proof.transaction)
        return proof

    def page(self, after: int, limit: int, *, probe: bool) -> tuple[list[Member], int]:
        """Return members by the position of their newest record."""
        page = self._union.entries("member", after=after, limit=limit, newest=True)
        return [self._member(entry, probe=probe) for entry in page.entries], page.next_after

    def ledger(self, kind: str, after: int, limit: int, *, mine: bool) -> Page:
        """Return records of the ledger."""
        member = self.identity.member if mine else ""
        return self._union.entries(kind, after=after, limit=limit, member=member)

    def _member(self, entry: LedgerEntry, *, probe: bool) -> Member:
        body = entry.body
        known = Member(
            entry.record_id,
            str(body.get("name", entry.record_id)),
            entry.status,
            str(body.get("gateway", "")),
            entry.transaction,
            entry.block,
        )
        if not probe or entry.record_id == self.identity.member:
            return known
        try:
            reached = self._gateway.probe(entry.record_id)
        except HanseError as error:
            return replace(known, reachable=False, problem=error.detail)
        speed = reached.round_trip_ms if reached.reachable else None
        return replace(known, reachable=reached.reachable, round_trip_ms=speed, problem=reached.problem)
