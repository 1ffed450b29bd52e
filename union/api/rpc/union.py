"""The gRPC service: parse, one call of the register, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from common.rpc import caller_of
from ledger.record import Kind
from proto.union.v1 import union_pb2, union_pb2_grpc
from union.api.rpc.messages import read_record, write_entry
from union.service.callers import keys_of
from union.store.base import Query

if TYPE_CHECKING:
    import grpc

    from common.keys import CallerKeys
    from common.rpc import AccessTable
    from union.service.register import Register

_SERVICE = "/hanse.union.v1.UnionService"
_SUBMIT = f"{_SERVICE}/Submit"
# Members read everything, pending ones too: a newcomer has to see whether it is admitted.
ACCESS: AccessTable = {_SUBMIT: ("anyone",), f"{_SERVICE}/*": ("member:*", "union", "union@self")}


def newcomer(method: str, caller: str, request: bytes) -> CallerKeys | None:
    """Return the keys of an unknown caller: those that its own registration names. Raises `RecordInvalid`."""
    if method != _SUBMIT:
        return None
    try:
        record = read_record(union_pb2.SubmitRequest.FromString(request).record)
    except DecodeError:
        return None
    if record.kind != Kind.MEMBER or record.record_id != caller:
        return None
    return keys_of(record)


class UnionServicer(union_pb2_grpc.UnionServiceServicer):
    """`hanse.union.v1.UnionService` over the register."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def GetFederation(
        self, request: union_pb2.GetFederationRequest, context: grpc.ServicerContext
    ) -> union_pb2.GetFederationResponse:
        """Answer with the federation's constants."""
        del request, context
        federation = self._register.federation()
        return union_pb2.GetFederationResponse(
            federation_id=federation.federation_id,
            salt=federation.governance.salt,
            contract=federation.contract,
            governance=federation.governance.governors,
            threshold=federation.governance.threshold,
            head=federation.head,
            block=federation.block,
            successor=federation.succession.contract if federation.succession else "",
            successor_chain_id=federation.succession.chain_id if federation.succession else 0,
        )

    def Submit(self, request: union_pb2.SubmitRequest, context: grpc.ServicerContext) -> union_pb2.SubmitResponse:
        """Put a record on the ledger."""
        entry = self._register.submit(caller_of(context), read_record(request.record))
        return union_pb2.SubmitResponse(entry=write_entry(entry))

    def NextNonce(
        self, request: union_pb2.NextNonceRequest, context: grpc.ServicerContext
    ) -> union_pb2.NextNonceResponse:
        """Answer with an owner's next nonce."""
        del context
        return union_pb2.NextNonceResponse(nonce=self._register.next_nonce(request.owner))

    def GetEntry(self, request: union_pb2.GetEntryRequest, context: grpc.ServicerContext) -> union_pb2.GetEntryResponse:
        """Answer with the newest record of an id."""
        del context
        entry = self._register.entry(int(request.kind), request.record_id, request.member)
        return union_pb2.GetEntryResponse(entry=write_entry(entry))

    def ListEntries(
        self, request: union_pb2.ListEntriesRequest, context: grpc.ServicerContext
    ) -> union_pb2.ListEntriesResponse:
        """Answer with a page of records."""
        del context
        query = Query(
            kind=int(request.kind),
            # SQL's integers are signed.
            after=min(request.after, 2**63 - 1),
            member=request.owner_member,
            text=request.text,
            newest_only=request.newest_only,
        )
        page = self._register.entries(query, request.page_size)
        return union_pb2.ListEntriesResponse(
            entries=[write_entry(entry) for entry in page.entries], next_after=page.next_after, head=page.head
        )
