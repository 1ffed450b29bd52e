"""The register: take signed records to the ledger, answer questions from the index."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import log
from common.errors import PermissionDenied
from common.records import verify_record
from ledger.bodies import AdmissionBody, Body, ClosingBody, ConsentBody, MemberBody, parse_body, speaker
from ledger.errors import RecordInvalid, WrongNonce
from ledger.record import OWN_IDS, Entry, Kind, MemberStatus, Record
from union.errors import NoSuchRecord, RegisterFull
from union.store.base import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.federation import Governance, Succession
    from ledger.ports import Ledger
    from union.service.indexing import Indexer
    from union.store.base import Index

UNION = "union"
DEFAULT_PAGE = 100
MAX_PAGE = 1000
# Below the 16 MiB that a call may carry, whatever the bodies' sizes.
MAX_PAGE_BYTES = 4 * 1024 * 1024
_LOG = log.get(__name__)


@dataclass(frozen=True)
class Federation:
    """What a newcomer has to know."""

    federation_id: str
    contract: str
    governance: Governance
    head: int
    block: int
    succession: Succession | None


@dataclass(frozen=True)
class Page:
    """A part of a list; `next_after` is 0 at the end."""

    entries: list[Entry]
    next_after: int
    head: int


class Register:
    """The union's use cases.

    Parameters
    ----------
    federation_id : str
        The federation's name.
    governance : Governance
        As it stands in the contract.
    ledger, index, indexer
        Where records go, where they are read, and what leads from one to the other.
    max_pending : int
        Registrations that may wait for admission at once: registration is open to anyone.
    admit : callable, optional
        Signs an admission for a new member at once (a setting for federations of one operator).
    """

    def __init__(
        self,
        federation_id: str,
        governance: Governance,
        ledger: Ledger,
        index: Index,
        indexer: Indexer,
        *,
        max_pending: int = 1000,
        admit: Callable[[str, int], Record] | None = None,
    ) -> None:
        self._federation_id = federation_id
        self._governance = governance
        self._ledger = ledger
        self._index = index
        self._indexer = indexer
        self._max_pending = max_pending
        self._admit = admit
        self._writing = threading.Lock()

    def federation(self) -> Federation:
        """Return the federation's constants and how far its log has come."""
        head = self._index.head()
        return Federation(
            self._federation_id,
            self._ledger.address,
            self._governance,
            head.sequence,
            max(head.block, 0),
            self._indexer.succession,
        )

    def submit(self, caller: str, record: Record) -> Entry:
        """Put a record on the ledger.

        Sending the same signed record again answers with the entry that it has, so that a caller may repeat a call
        whose answer was lost.
        """
        body = parse_body(record)
        _permit(caller, body)
        verify_record(self._governance.salt, record)
        with self._writing:
            known = self._index.find_signed(record.owner, record.nonce)
            if known is not None and known.record == record:
                return known
            if isinstance(body, MemberBody) and self._index.standing(body.member) is None:
                self._make_room()
            self._post(record)
            _LOG.info("record_posted", kind=Kind(record.kind).name.lower(), record=record.record_id, caller=caller)
            if isinstance(body, MemberBody):
                self._admit_at_once(body.member)
        entry = self._index.find_signed(record.owner, record.nonce)
        if entry is None:
            message = f"the ledger took {record.record_id} but its index does not show it"
            raise NoSuchRecord(message)
        return entry

    def _post(self, record: Record) -> None:
        try:
            self._ledger.submit(record)
        except WrongNonce:
            # An earlier try may have reached the ledger and not the index, because the node went away in between.
            self._indexer.catch_up()
            known = self._index.find_signed(record.owner, record.nonce)
            if known is None or known.record != record:
                raise
        else:
            self._indexer.catch_up()

    def next_nonce(self, owner: str) -> int:
        """Return the owner's next nonce, read from the ledger."""
        digits = owner.removeprefix("0x")
        if len(digits) != 40 or len(owner) != 42 or any(c not in "0123456789abcdefABCDEF" for c in digits):  # noqa: PLR2004
            detail = f"{owner[:64]!r} is no address: 0x and 40 hexadecimal digits"
            raise RecordInvalid(detail, public_detail=detail)
        return self._ledger.next_nonce(owner)

    def entry(self, kind: int, record_id: str, member: str = "") -> Entry:
        """Return the newest record of an id; `member` says whose, where ids are each member's own."""
        if kind in OWN_IDS and not member:
            detail = "ids of this kind are each member's own: name the member as well"
            raise RecordInvalid(detail, public_detail=detail)
        found = self._index.find(kind, record_id, member)
        if found is None:
            detail = f"no record {record_id[:128]!r} of kind {kind}" + f" of {member[:64]!r}" * bool(member)
            raise NoSuchRecord(detail, public_detail=detail)
        return found

    def entries(self, query: Query, page_size: int) -> Page:
        """Return a page of records by ascending sequence."""
        size = min(page_size or DEFAULT_PAGE, MAX_PAGE)
        head = self._index.head().sequence
        found = self._index.list(
            Query(query.kind, query.after, size + 1, query.member, query.text, query.newest_only),
        )
        kept: list[Entry] = []
        held_bytes = 0
        for entry in found[:size]:
            held_bytes += len(entry.record.body) + 512
            if kept and held_bytes > MAX_PAGE_BYTES:
                break
            kept.append(entry)
        more = len(found) > len(kept)
        return Page(kept, kept[-1].sequence if more else 0, head)

    def _make_room(self) -> None:
        if self._index.count(MemberStatus.PENDING) >= self._max_pending:
            raise RegisterFull(f"{self._max_pending} registrations wait for admission")

    def _admit_at_once(self, member: str) -> None:
        standing = self._index.standing(member)
        if self._admit is None or standing is None or standing.status is not MemberStatus.PENDING:
            return
        governor = self._governance.governors[0]
        self._ledger.submit(self._admit(member, self._ledger.next_nonce(governor)))
        self._indexer.catch_up()


def _permit(caller: str, body: Body) -> None:
    """Nobody speaks for another member; decisions may come through anyone, as the governor's signature counts."""
    if isinstance(body, (AdmissionBody, ClosingBody)):
        return
    named = speaker(body)
    if named == caller:
        return
    what = "consent" if isinstance(body, ConsentBody) else "record"
    detail = f"{caller} sends a {what} of {named}"
    raise PermissionDenied(detail, public_detail=detail, hint="Each member sends its own records.")
