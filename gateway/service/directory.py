"""The members of the federation: read from the union, verified here, kept on disk, never going back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from common import log
from common.errors import HanseError
from common.keys import CallerKeys
from common.loops import Loop
from gateway.domain.errors import BadEntryError, RollbackError, UnknownMemberError
from gateway.domain.members import ADMITTED, FROZEN, decided

if TYPE_CHECKING:
    from gateway.domain.members import Decision, Federation, Member
    from gateway.service.policy import PolicyBook
    from gateway.service.ports import Register
    from gateway.store.base import EntryStore

_LOG = log.get(__name__)


class Directory:
    """Keys and addresses of the other members; a `KeyDirectory` for the door between members.

    The union being unreachable changes nothing: what was verified once stays. An older state than was seen before
    (head, an entry's sequence, its owner's nonce) is refused, and so is an admission or a change of owner that
    governance has not signed. Salt and governors are those of the first contact.

    Parameters
    ----------
    own_member : str
        Who we are; not part of the directory.
    register : Register
        The union.
    store : EntryStore
        The cache on disk: entries with their owners' signatures, salt and newest head.
    policy : PolicyBook
        Whom we have blacklisted.
    refresh_s : float
        How often the union is asked.
    """

    def __init__(
        self, own_member: str, register: Register, store: EntryStore, policy: PolicyBook, refresh_s: float
    ) -> None:
        self._own = own_member
        self._register = register
        self._store = store
        self._policy = policy
        self._refresh_s = refresh_s
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._members: dict[str, Member] = {}
        self._synced_head = -1
        self._problem: HanseError | None = None
        self._loop = Loop("directory", self._try_sync, first_s=refresh_s)

    def start(self) -> None:
        """Verify and take what is on disk, ask the union once, and follow it from then on."""
        kept = self._store.federation()
        salt = kept.salt if kept else b""
        for record_id, entry in self._store.load().items():
            try:
                self._members[record_id] = self._register.verify(salt, entry)
            except HanseError as error:
                _LOG.error("cached_entry_refused", member=record_id, code=error.code, detail=error.detail)
        self._try_sync()
        self._loop.start()

    def stop(self) -> None:
        """Follow the union no longer."""
        self._loop.close(5.0)

    def _try_sync(self) -> float:
        try:
            self.sync()
        except HanseError as error:
            if self._problem is None or self._problem.code != error.code:
                _LOG.warning("register_not_read", code=error.code, detail=error.detail)
            self._problem = error
        else:
            self._problem = None
        return self._refresh_s

    def sync(self) -> None:
        """Read what is new at the union; raises when it cannot be reached or went back."""
        with self._syncing:
            self._sync()

    def _sync(self) -> None:
        federation, kept = self._register.federation(), self._store.federation()
        if kept and not federation.same_as(kept):
            raise RollbackError("the union belongs to another federation than before: salt or governors have changed")
        if kept and federation.head < kept.head:
            raise RollbackError(f"the union's head is {federation.head}; {kept.head} was seen before")
        if federation.head == self._synced_head:
            return
        decisions = self._register.decisions(federation.salt)
        for entry in self._register.members():
            try:
                member = self._register.verify(federation.salt, entry)
                self._check(member, federation, decisions)
            except HanseError as error:
                _LOG.warning("entry_refused", code=error.code, detail=error.detail)
            else:
                self._take(member, entry)
        self._store.set_federation(federation)
        self._synced_head = federation.head

    def _check(self, member: Member, federation: Federation, decisions: list[Decision]) -> None:
        if member.status in {ADMITTED, FROZEN} and not decided(federation, decisions, member.id, "admit"):
            raise BadEntryError(f"{member.id} is shown as {member.status}, but governance has not signed that")
        with self._lock:
            known = self._members.get(member.id)
        if known is None:
            return
        if member.sequence < known.sequence:
            raise RollbackError(f"the entry of {member.id} went back to {member.sequence}")
        if member.owner == known.owner:
            if member.nonce < known.nonce:
                raise RollbackError(f"the record of {member.id} went back to nonce {member.nonce}")
        elif not decided(federation, decisions, member.id, "rotate", member.owner):
            raise BadEntryError(f"{member.id} is signed by {member.owner}, not by {known.owner} as before")

    def _take(self, member: Member, entry: bytes) -> None:
        with self._lock:
            if self._members.get(member.id) == member:
                return
        self._store.save(member.id, entry)
        with self._lock:
            self._members[member.id] = member
        _LOG.info("member_known", member=member.id, status=member.status, sequence=member.sequence)

    def check(self) -> None:
        """Raise when the union went back; that it cannot be reached is no failure of ours."""
        if isinstance(self._problem, RollbackError):
            raise self._problem

    def member(self, member_id: str) -> Member:
        """Give an admitted member; raises `UnknownMemberError`."""
        with self._lock:
            member = self._members.get(member_id)
        if member is None or not member.admitted or member_id == self._own:
            raise UnknownMemberError(f"{member_id!r} is no admitted member besides us", party=member_id)
        return member

    def find(self, caller_id: str) -> CallerKeys | None:
        """Return a member's keys, or None for who is not or no longer a member."""
        with self._lock:
            member = self._members.get(caller_id)
        if member is None or caller_id == self._own:
            return None
        frozen = member.status == FROZEN
        if not member.admitted and not frozen:
            return None
        return CallerKeys(
            member.signing,
            member.stream,
            blacklisted=self._policy.blacklisted(caller_id),
            frozen=frozen,
            tls_cert=member.tls_cert,
        )

    def pins(self) -> list[bytes]:
        """List the certificates of all members that may call."""
        with self._lock:
            return [m.tls_cert for m in self._members.values() if m.admitted and m.id != self._own]
