"""The door for partners' nodes. The caller's id is the partner that the checks verified, with its certificate."""

import grpc

from common.errors import InvalidInput
from common.rpc import caller_of
from fusion.service.acceptances import Acceptances
from fusion.service.acquaintance import Acquaintance, Greeting
from fusion.service.aligning import Aligning
from fusion.service.inbox import Inbox
from fusion.service.links import PROBE_BYTES
from fusion.service.offers import Offers
from fusion.service.pausing import Pausing
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1 import fusion_pb2_grpc

ACCESS = {"/hanse.fusion.v1.FusionPeerService/*": {"member:*"}}


class FusionPeer(fusion_pb2_grpc.FusionPeerServiceServicer):
    """Parses, makes one call, renders."""

    def __init__(
        self,
        acquaintance: Acquaintance,
        offers: Offers,
        acceptances: Acceptances,
        inbox: Inbox,
        aligning: Aligning,
        pausing: Pausing,
    ) -> None:
        self._acquaintance, self._offers, self._acceptances = acquaintance, offers, acceptances
        self._inbox, self._aligning, self._pausing = inbox, aligning, pausing

    def Greet(self, request: pb.GreetRequest, context: grpc.ServicerContext) -> pb.GreetResponse:
        """Take a greeting in, and greet."""
        theirs = Greeting(request.version, request.oldest, request.confirmed)
        ours = self._acquaintance.greeted(caller_of(context), theirs)
        return pb.GreetResponse(version=ours.version, oldest=ours.oldest, confirmed=ours.confirmed)

    def Propose(self, request: pb.ProposeRequest, context: grpc.ServicerContext) -> pb.ProposeResponse:
        """Take a proposal in."""
        task = self._offers.take(caller_of(context), request.offer)
        return pb.ProposeResponse(state=task.state, reason=task.reason)

    def Accept(self, request: pb.AcceptRequest, context: grpc.ServicerContext) -> pb.AcceptResponse:
        """Take in that the partner's people have accepted."""
        self._acceptances.take(caller_of(context), request)
        return pb.AcceptResponse()

    def Deliver(self, request: pb.DeliverRequest, context: grpc.ServicerContext) -> pb.DeliverResponse:
        """Take a message of the protocol in."""
        self._inbox.take(caller_of(context), request.task, request.step, request.payload)
        return pb.DeliverResponse()

    def Done(self, request: pb.DoneRequest, context: grpc.ServicerContext) -> pb.DoneResponse:
        """Take in that the receiver has its result."""
        self._aligning.done(caller_of(context), request.task)
        return pb.DoneResponse()

    def End(self, request: pb.EndRequest, context: grpc.ServicerContext) -> pb.EndResponse:
        """Take in that the partner has ended the alignment."""
        self._offers.ended(caller_of(context), request.task, request.state, request.reason)
        return pb.EndResponse()

    def Pause(self, request: pb.PauseRequest, context: grpc.ServicerContext) -> pb.PauseResponse:
        """Take in that the partner has paused, or goes on."""
        self._pausing.paused_there(caller_of(context), request.task, paused=request.paused)
        return pb.PauseResponse()

    def Probe(self, request: pb.ProbeRequest, context: grpc.ServicerContext) -> pb.ProbeResponse:
        """Let the way be measured."""
        del context
        if len(request.payload) > PROBE_BYTES:
            told = f"a probe has at most {PROBE_BYTES} bytes"
            raise InvalidInput(told, public_detail=told)
        return pb.ProbeResponse()
