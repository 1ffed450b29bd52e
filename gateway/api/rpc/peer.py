"""The door for other members' gateways: GatewayPeerService. The caller's id is the member that the checks verified."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from common.errors import HanseError
from common.rpc import caller_of
from gateway.api.rpc.convert import announced_from
from gateway.domain.errors import MessageShapeError
from gateway.service.relay import DEFAULT_S, LONGEST_S
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    import grpc

    from gateway.service.contacts import Contacts
    from gateway.service.inbox import Inbox
    from gateway.service.relay import Relay

ACCESS = {"/hanse.gateway.v1.GatewayPeerService/*": {"member:*"}}


class PeerServicer(gateway_pb2_grpc.GatewayPeerServiceServicer):
    """Parses, makes one call, renders."""

    def __init__(self, inbox: Inbox, relay: Relay, contacts: Contacts) -> None:
        self._inbox = inbox
        self._relay = relay
        self._contacts = contacts
        self._version = metadata.version("hanse")

    def Hello(self, request: pb.HelloRequest, context: grpc.ServicerContext) -> pb.HelloResponse:
        """Answer a probe."""
        self._contacts.hint(caller_of(context))
        return pb.HelloResponse(version=self._version)

    def ResumePoint(self, request: pb.ResumePointRequest, context: grpc.ServicerContext) -> pb.ResumePointResponse:
        """Say how much of a message is here."""
        delivered, size = self._inbox.resume_point(caller_of(context), announced_from(request.header))
        return pb.ResumePointResponse(delivered=delivered, bytes=size)

    def Deliver(
        self, request_iterator: Iterator[pb.DeliverRequest], context: grpc.ServicerContext
    ) -> pb.DeliverResponse:
        """Take a message in; it counts once the stream is closed and the hash is right."""
        peer = caller_of(context)
        self._contacts.hint(peer)
        first = next(request_iterator, None)
        if first is None or first.WhichOneof("part") != "header":
            raise MessageShapeError("a delivery begins with its header")
        arrival = self._inbox.begin(peer, announced_from(first.header), first.header.from_byte)
        if arrival is None:
            return pb.DeliverResponse(duplicate=True)
        try:
            for part in request_iterator:
                arrival.write(part.chunk)
            arrival.finish()
        finally:
            arrival.leave()
        return pb.DeliverResponse()

    def Relay(self, request: pb.PeerRelayRequest, context: grpc.ServicerContext) -> pb.PeerRelayResponse:
        """Hand a control call to the own service; its error was made public there."""
        left = context.time_remaining()
        timeout_s = DEFAULT_S if left is None else min(left, LONGEST_S)
        try:
            response = self._relay.answer(caller_of(context), request.method, request.request, timeout_s)
        except HanseError as error:
            if error.public_detail == error.title:
                raise
            raise error.public() from error
        return pb.PeerRelayResponse(response=response)
