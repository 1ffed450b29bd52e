"""The board's client of the union: signs records with the member's ledger key, one at a time."""

import threading
from typing import Any, Protocol, cast

from board.domain.data_sets import Proof
from board.domain.errors import NotRegistered
from board.service.ports import Federation, LedgerEntry, Page, SignedEntry
from common import canonical
from common.errors import HanseError
from common.records import SEAL, address_of, sign_record
from common.rpc.errors import UnknownCallerError
from proto.union.v1 import union_pb2 as pb

_KINDS = {
    "member": pb.RECORD_KIND_MEMBER,
    "data_resource": pb.RECORD_KIND_DATA_RESOURCE,
    "project": pb.RECORD_KIND_PROJECT,
    "consent": pb.RECORD_KIND_CONSENT,
    "admission": pb.RECORD_KIND_ADMISSION,
    "anchor": pb.RECORD_KIND_ANCHOR,
    "closing": pb.RECORD_KIND_CLOSING,
}
_NAMES = {int(number): name for name, number in _KINDS.items()}
_NO_RECORD, _WRONG_NONCE, _NOT_ADMITTED = "HAN-2009", "HAN-2003", "HAN-2005"
_UNKNOWN_CALLER = UnknownCallerError.code  # that is what the union calls a newcomer
_TRIES = 3


class Stub(Protocol):
    """The part of ``UnionServiceStub`` that is used here."""

    GetFederation: Any
    Submit: Any
    NextNonce: Any
    GetEntry: Any
    ListEntries: Any


class UnionClient:
    """See `Union`.

    Parameters
    ----------
    stub
        Over a channel that speaks as the member.
    member
        Our id.
    ledger_key
        The member's secp256k1 key, hexadecimal.
    salt
        The federation's; empty: asked of the union, which an unknown caller cannot do.
    """

    def __init__(self, stub: Stub, member: str, ledger_key: str, salt: bytes) -> None:
        self._stub, self._member, self._key, self._salt = stub, member, ledger_key, salt
        self._writing = threading.Lock()

    def federation(self) -> Federation:
        """See `Union.federation`."""
        answer = self._stub.GetFederation(pb.GetFederationRequest())
        return Federation(answer.federation_id, answer.salt, answer.head, answer.block)

    def submit(self, kind: str, record_id: str, body: dict[str, Any]) -> Proof:
        """See `Union.submit`."""
        with self._writing:
            for attempt in range(_TRIES):
                record = pb.SignedRecord(
                    kind=_KINDS[kind], record_id=record_id, body=canonical.dumps(body), nonce=self._next_nonce(kind)
                )
                sign_record(self._known_salt(), record, self._key)
                try:
                    entry = self._stub.Submit(pb.SubmitRequest(record=record), timeout=30.0).entry
                except HanseError as error:
                    # Another process with the same key was faster.
                    if error.code == _WRONG_NONCE and attempt + 1 < _TRIES:
                        continue
                    if error.code in (_NOT_ADMITTED, _UNKNOWN_CALLER) and kind != "member":
                        raise NotRegistered(error.detail) from error
                    raise
                return Proof(entry.transaction, entry.block)
        raise NotRegistered("the ledger took none of our nonces")

    def entry(self, kind: str, record_id: str, member: str = "") -> LedgerEntry | None:
        """See `Union.entry`."""
        try:
            request = pb.GetEntryRequest(kind=_KINDS[kind], record_id=record_id, member=member)
            answer = self._stub.GetEntry(request, timeout=5.0)
        except HanseError as error:
            if error.code == _NO_RECORD:
                return None
            # A newcomer may ask nothing; that is an answer to the question whether it is known.
            if error.code == _UNKNOWN_CALLER and (kind, record_id) == ("member", self._member):
                return None
            if error.code == _UNKNOWN_CALLER:
                raise NotRegistered("the union does not know this member yet") from error
            raise
        return _entry(answer.entry)

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
        """See `Union.entries`."""
        request = pb.ListEntriesRequest(
            kind=_KINDS[kind] if kind else pb.RECORD_KIND_UNSPECIFIED,
            after=after,
            page_size=limit,
            owner_member=member,
            text=text,
            newest_only=newest,
        )
        try:
            answer = self._stub.ListEntries(request, timeout=10.0)
        except HanseError as error:
            if error.code == _UNKNOWN_CALLER:
                raise NotRegistered("the union does not know this member yet") from error
            raise
        return Page([_entry(entry) for entry in answer.entries], answer.next_after)

    def signed(self, member: str) -> list[SignedEntry]:
        """See `Union.signed`."""
        found: list[SignedEntry] = []
        after = 0
        while True:
            request = pb.ListEntriesRequest(after=after, page_size=1000, owner_member=member)
            answer = self._stub.ListEntries(request, timeout=30.0)
            found += [_signed(entry) for entry in answer.entries]
            after = answer.next_after
            if not after:
                return found

    def seal(self, name: str, digest: str) -> str:
        """See `Union.seal`."""
        seal = pb.SignedRecord(kind=cast("pb.RecordKind", SEAL), record_id=name, body=digest.encode())
        return sign_record(self._known_salt(), seal, self._key).signature.hex()

    def _next_nonce(self, kind: str) -> int:
        try:
            return int(self._stub.NextNonce(pb.NextNonceRequest(owner=address_of(self._key))).nonce)
        except HanseError as error:
            if error.code != _UNKNOWN_CALLER:
                raise
            if kind != "member":
                raise NotRegistered("the union does not know this member yet") from error
            return 0

    def _known_salt(self) -> bytes:
        if not self._salt:
            try:
                self._salt = self.federation().salt
            except HanseError as error:
                if error.code != _UNKNOWN_CALLER:
                    raise
                raise NotRegistered(
                    "the federation's salt is not known", hint="Set federation_salt in the board's configuration."
                ) from error
        return self._salt


def _signed(entry: pb.Entry) -> SignedEntry:
    record = entry.record
    return SignedEntry(
        kind=int(record.kind),
        record_id=record.record_id,
        body=record.body.decode(),
        owner=record.owner,
        nonce=str(record.nonce),
        signature=record.signature.hex(),
        sequence=entry.sequence,
        transaction=entry.transaction,
        block=entry.block,
        time_ms=entry.time_ms,
    )


def _entry(entry: pb.Entry) -> LedgerEntry:
    body = canonical.loads(entry.record.body)
    kind = _NAMES.get(int(entry.record.kind), "")
    speaker = "promoter" if kind == "project" else "member"
    return LedgerEntry(
        kind=kind,
        record_id=entry.record.record_id,
        member=str(body.get(speaker, "")),
        body=body,
        transaction=entry.transaction,
        block=entry.block,
        time_ms=entry.time_ms,
        status=entry.status,
        sequence=entry.sequence,
    )
