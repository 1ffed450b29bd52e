"""The federation's register in memory."""

import hashlib
from typing import Any

from board.domain.data_sets import Proof
from board.service.ports import (
    Federation,
    LedgerEntry,
    Page,
    SignedEntry,
)
from common import canonical
from common.errors import Unavailable

_KINDS = ("", "member", "data_resource", "project", "consent", "admission", "anchor")


class Ledger:
    """A ledger that all members of a test share; who speaks is checked as the union does."""

    def __init__(self) -> None:
        self.log: list[LedgerEntry] = []
        self.away = False

    def admit(self, member: str, status: str = "admitted") -> None:
        self.add("member", member, member, {"member": member, "name": member.title(), "gateway": "h:1"}, status)

    def add(self, kind: str, record_id: str, member: str, body: dict[str, Any], status: str = "active") -> Proof:
        number = len(self.log) + 1
        digest = hashlib.sha256(canonical.dumps([number, body])).hexdigest()
        self.log.append(
            LedgerEntry(kind, record_id, member, body, f"0x{digest}", number, 1_000 + number, status, number)
        )
        return Proof(f"0x{digest}", number)


class MemoryUnion:
    """One member's view of the shared ledger."""

    def __init__(self, ledger: Ledger, member: str) -> None:
        self.ledger, self.member = ledger, member

    def _reach(self) -> None:
        if self.ledger.away:
            raise Unavailable("the union is away")

    def federation(self) -> Federation:
        self._reach()
        return Federation("test", b"\1" * 32, len(self.ledger.log), len(self.ledger.log))

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        self._reach()
        speaker = body["promoter"] if kind == "project" else body["member"]
        assert speaker == self.member, "nobody speaks for another member"
        ended = {body.get("status"), body.get("visibility"), body.get("decision")} & {"closed", "withdrawn"}
        status = "pending" if kind == "member" else "closed" if ended else "active"
        return self.ledger.add(kind, record_id, speaker, body, status)

    def entry(self, kind: str, record_id: str, member: str = "") -> LedgerEntry | None:
        self._reach()
        assert member or kind in ("member", "project", "admission"), "ids of this kind are each member's own"
        found = [e for e in self.ledger.log if (e.kind, e.record_id) == (kind, record_id) and member in ("", e.member)]
        return found[-1] if found else None

    def entries(
        self,
        kind: str = "",
        *,
        after: int = 0,
        limit: int = 100,
        member: str = "",
        text: str = "",
        newest: bool = False,
    ) -> Page:
        self._reach()
        found = [
            e
            for e in self.ledger.log
            if e.sequence > after
            and kind in ("", e.kind)
            and member in ("", e.member)
            and text.casefold() in str(e.body.get("name", "")).casefold()
        ]
        if newest:
            found = [e for e in found if self.entry(e.kind, e.record_id, e.member) is e]
        page = found[:limit]
        return Page(page, page[-1].sequence if len(found) > limit else 0)

    def signed(self, member: str) -> list[SignedEntry]:
        self._reach()
        return [
            SignedEntry(
                kind=_KINDS.index(e.kind),
                record_id=e.record_id,
                body=canonical.dumps(e.body).decode(),
                owner="0x" + "11" * 20,
                nonce="0",
                signature="00" * 65,
                sequence=e.sequence,
                transaction=e.transaction,
                block=e.block,
                time_ms=e.time_ms,
            )
            for e in self.ledger.log
            if e.member == member
        ]

    def seal(self, name: str, digest: str) -> str:
        return hashlib.sha256(f"{self.member} {name} {digest}".encode()).hexdigest()
