"""Calls between members' services: through the own gateway, the peer's gateway, and into the peer's service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from google.protobuf.message import DecodeError

from common.errors import HanseError
from common.rpc.errors import MalformedMessageError, NotRelayedError
from proto.common.v1 import signing_pb2, signing_pb2_grpc
from proto.gateway.v1 import gateway_pb2

if TYPE_CHECKING:
    from collections.abc import Callable

    import grpc
    from google.protobuf.message import Message

RequestT = TypeVar("RequestT", bound="Message")
ResponseT = TypeVar("ResponseT", bound="Message")


class RelayDispatcher(signing_pb2_grpc.RelayServiceServicer):
    """The RelayService of board, flow or serving: runs the function registered for a partner's call.

    Only the own gateway may call it: ``access = {"/hanse.common.v1.RelayService/Relay": {"gateway@self"}}``.
    """

    def __init__(self) -> None:
        self._methods: dict[str, tuple[type[Any], Callable[[str, Any], Any]]] = {}

    def register(self, method: str, request_type: type[RequestT], function: Callable[[str, RequestT], Message]) -> None:
        """Open `method` (full path) to partners; `function` gets the verified member id and the request."""
        self._methods[method] = (request_type, function)

    def Relay(self, request: signing_pb2.RelayedCall, context: grpc.ServicerContext) -> signing_pb2.RelayedAnswer:  # noqa: ARG002, N802 (the generated signature)
        """Run a partner's call; what it raises leaves this member in its public form only."""
        if request.method not in self._methods:
            raise NotRelayedError(f"{request.method} is not open to other members")
        request_type, function = self._methods[request.method]
        try:
            message = request_type.FromString(request.request)
        except DecodeError as problem:
            raise MalformedMessageError(f"not a request of {request.method}") from problem
        try:
            response = function(request.origin, message)
        except HanseError as error:
            raise error.public() from error
        return signing_pb2.RelayedAnswer(response=response.SerializeToString())


class CallsMembers(Protocol):
    """The part of ``GatewayServiceStub`` that `peer_call` needs."""

    Call: Any


def peer_call(
    gateway: CallsMembers,
    member: str,
    method: str,
    request: Message,
    response_type: type[ResponseT],
    timeout_s: float = 10.0,
) -> ResponseT:
    """Call another member's service through the own gateway.

    Parameters
    ----------
    gateway : GatewayServiceStub
        Stub over a channel to the own gateway.
    member : str
        The partner.
    method : str
        Full path, for instance "/hanse.flow.v1.FlowPeerService/ProposeJob".
    request, response_type
        Message and the type of its answer.
    timeout_s : float
        Deadline of the whole way.
    """
    call = gateway_pb2.CallRequest(
        member=member, method=method, request=request.SerializeToString(), timeout_ms=int(timeout_s * 1000)
    )
    # A little longer than the gateway's own deadline, so that its explanation arrives.
    answer = gateway.Call(call, timeout=timeout_s + 1.0)
    try:
        return response_type.FromString(answer.response)
    except DecodeError as problem:
        raise MalformedMessageError(f"{member}'s answer to {method} cannot be read", party=member) from problem
