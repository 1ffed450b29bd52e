"""Calls outwards over signed gRPC: other gateways, the own services, the union."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError

from common import canonical, log
from common.errors import HanseError, Unavailable
from common.records import verify_record
from common.rpc import TlsClient, connect
from gateway.api.rpc.convert import deliver_header
from gateway.domain.errors import BadEntryError
from gateway.domain.members import Decision, Federation, Member, member_from
from proto.common.v1 import signing_pb2, signing_pb2_grpc
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc
from proto.union.v1 import union_pb2, union_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from common.identity import Identity, TlsFiles
    from common.rpc import KeyDirectory, SignedChannel
    from gateway.domain.messages import Announced
    from gateway.service.directory import Directory

_UNION = "union"
_PAGE = 1000
_LOG = log.get(__name__)


class GrpcPeers:
    """Other members' gateways over mutual TLS; one connection each, made anew when the register changes."""

    def __init__(self, identity: Identity, tls: TlsFiles, directory: Directory) -> None:
        self._identity = identity
        self._tls = tls
        self._directory = directory
        self._lock = threading.Lock()
        self._channels: dict[str, tuple[Member, SignedChannel]] = {}

    def _stub(self, member_id: str) -> gateway_pb2_grpc.GatewayPeerServiceStub:
        member = self._directory.member(member_id)
        with self._lock:
            known = self._channels.get(member_id)
            if known is None or (known[0].gateway, known[0].tls_cert) != (member.gateway, member.tls_cert):
                if known is not None:
                    known[1].close()
                tls = TlsClient(self._tls, member.tls_cert)
                channel = connect(member.gateway, self._identity, member_id, self._directory, tls=tls, retries=0)
                known = self._channels[member_id] = (member, channel)
        return gateway_pb2_grpc.GatewayPeerServiceStub(known[1])

    def hello(self, member: str, timeout_s: float) -> None:
        """Make a round trip."""
        self._stub(member).Hello(pb.HelloRequest(), timeout=timeout_s)

    def resume_point(self, announced: Announced, timeout_s: float) -> tuple[bool, int]:
        """Ask whether a message was delivered, and how many bytes of it are there."""
        request = pb.ResumePointRequest(header=deliver_header(announced))
        answer = self._stub(announced.key.receiver).ResumePoint(request, timeout=timeout_s)
        return answer.delivered, answer.bytes

    def deliver(self, announced: Announced, from_byte: int, chunks: Iterable[bytes], timeout_s: float) -> bool:
        """Send a message from a byte on; whether it had been delivered before."""

        def parts() -> Iterator[pb.DeliverRequest]:
            yield pb.DeliverRequest(header=deliver_header(announced, from_byte))
            for chunk in chunks:
                yield pb.DeliverRequest(chunk=chunk)

        return self._stub(announced.key.receiver).Deliver(parts(), timeout=timeout_s).duplicate

    def relay(self, member: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Make a control call."""
        call = pb.PeerRelayRequest(method=method, request=request)
        return self._stub(member).Relay(call, timeout=timeout_s).response

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for _, channel in self._channels.values():
                channel.close()
            self._channels.clear()


class GrpcOwnServices:
    """Board, flow and serving of this member.

    Parameters
    ----------
    identity : Identity
        "gateway@bank".
    addresses : mapping
        Service to address; a service without one takes no calls of partners.
    """

    def __init__(self, identity: Identity, keys: KeyDirectory, addresses: dict[str, str]) -> None:
        member = identity.id.rpartition("@")[2]
        self._channels = {
            service: connect(address, identity, f"{service}@{member}", keys)
            for service, address in addresses.items()
            if address
        }

    def relay(self, service: str, origin: str, method: str, request: bytes, timeout_s: float) -> bytes:
        """Hand a partner's control call to a service."""
        channel = self._channels.get(service)
        if channel is None:
            raise Unavailable(f"no address of {service} is configured", hint=f"Set {service}_address at the gateway.")
        call = signing_pb2.RelayedCall(origin=origin, method=method, request=request)
        answer = signing_pb2_grpc.RelayServiceStub(channel).Relay(call, timeout=timeout_s)
        return answer.response

    def close(self) -> None:
        """Close all connections."""
        for channel in self._channels.values():
            channel.close()


class GrpcRegister:
    """The union's register."""

    def __init__(self, address: str, identity: Identity, keys: KeyDirectory) -> None:
        self._channel = connect(address, identity, _UNION, keys, timeout_s=5.0, retries=0)
        self._stub = union_pb2_grpc.UnionServiceStub(self._channel)

    def federation(self) -> Federation:
        """Say which federation this is, and its newest head."""
        answer = self._stub.GetFederation(union_pb2.GetFederationRequest())
        return Federation(answer.salt, answer.head, frozenset(answer.governance), answer.threshold)

    def members(self) -> list[bytes]:
        """List the newest entry of every member, serialised."""
        kind = union_pb2.RECORD_KIND_MEMBER
        return [entry.SerializeToString() for entry in self._entries(kind, newest_only=True)]

    def decisions(self, salt: bytes) -> list[Decision]:
        """List what governors have signed about members; what is not validly signed is left out."""
        found = []
        for entry in self._entries(union_pb2.RECORD_KIND_ADMISSION, newest_only=False):
            try:
                found.append(verify_decision(salt, entry))
            except HanseError as error:
                _LOG.warning("decision_refused", member=entry.record.record_id, code=error.code, detail=error.detail)
        return found

    def _entries(self, kind: union_pb2.RecordKind, *, newest_only: bool) -> Iterator[union_pb2.Entry]:
        after = 0
        while True:
            request = union_pb2.ListEntriesRequest(kind=kind, after=after, page_size=_PAGE, newest_only=newest_only)
            answer = self._stub.ListEntries(request)
            yield from answer.entries
            if answer.next_after <= after:
                return
            after = answer.next_after

    def verify(self, salt: bytes, entry: bytes) -> Member:
        """Verify an entry's owner signature and read it; raises when it proves nothing."""
        return verify_entry(salt, entry)

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()


def _body(salt: bytes, record: union_pb2.SignedRecord, kind: union_pb2.RecordKind) -> dict[str, Any]:
    if record.kind != kind:
        raise BadEntryError(f"the entry {record.record_id!r} is of another kind")
    verify_record(salt, record)
    body = canonical.loads(record.body)
    named = body.get("member") if isinstance(body, dict) else None
    if named != record.record_id:
        raise BadEntryError(f"the entry {record.record_id!r} is about {named!r}")
    return dict(body)


def verify_entry(salt: bytes, entry: bytes) -> Member:
    """Verify a serialised entry of a member: the owner's EIP-712 signature, and that the body is about this member."""
    try:
        parsed = union_pb2.Entry.FromString(entry)
    except DecodeError as problem:
        raise BadEntryError("the entry cannot be read") from problem
    record = parsed.record
    body = _body(salt, record, union_pb2.RECORD_KIND_MEMBER)
    return member_from(record.record_id, body, record.owner, record.nonce, parsed.status, parsed.sequence)


def verify_decision(salt: bytes, entry: union_pb2.Entry) -> Decision:
    """Verify a governor's signed word about a member; whether the signer governs is for the reader to see."""
    body = _body(salt, entry.record, union_pb2.RECORD_KIND_ADMISSION)
    successor = str(body.get("successor") or "")
    return Decision(entry.record.record_id, str(body.get("action")), entry.record.owner, successor)
