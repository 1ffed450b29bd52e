"""The door for partners' nodes. The caller's id is the partner that the checks verified, with its certificate."""

from collections.abc import Iterator

import grpc

from common.rpc import caller_of
from fusion.service.offers import Offers
from fusion.service.sender import Sender
from kernel.protocol.psi.rsa import EXPONENT
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1 import fusion_pb2_grpc

ACCESS = {"/hanse.fusion.v1.FusionPeerService/*": {"member:*"}}


class FusionPeer(fusion_pb2_grpc.FusionPeerServiceServicer):
    """Parses, makes one call, renders."""

    def __init__(self, offers: Offers, sender: Sender) -> None:
        self._offers, self._sender = offers, sender

    def Propose(self, request: pb.ProposeRequest, context: grpc.ServicerContext) -> pb.ProposeResponse:
        """Take a proposal in."""
        task = self._offers.take(caller_of(context), request.offer)
        return pb.ProposeResponse(state=task.state, reason=task.reason)

    def GetKey(self, request: pb.GetKeyRequest, context: grpc.ServicerContext) -> pb.GetKeyResponse:
        """Give the key with its proof, or say how far we are."""
        task, modulus, roots = self._sender.key(caller_of(context), request.task, request.receiver_rows)
        if not modulus:
            return pb.GetKeyResponse(state=task.state, reason=task.reason)
        return pb.GetKeyResponse(
            state=task.state,
            modulus=modulus.to_bytes((modulus.bit_length() + 7) // 8, "big"),
            exponent=EXPONENT,
            roots=roots,
            sender_rows=task.sender_rows,
            salt=task.salt,
        )

    def Sign(self, request: pb.SignRequest, context: grpc.ServicerContext) -> pb.SignResponse:
        """Sign blinded numbers."""
        signed = self._sender.sign(caller_of(context), request.task, request.batch, request.blinded)
        return pb.SignResponse(signed=signed)

    def Tags(self, request: pb.TagsRequest, context: grpc.ServicerContext) -> Iterator[pb.TagsResponse]:
        """Show our tags."""
        for chunk in self._sender.tags(caller_of(context), request.task, int(getattr(request, "from"))):
            yield pb.TagsResponse(tags=chunk)

    def Finish(self, request: pb.FinishRequest, context: grpc.ServicerContext) -> pb.FinishResponse:
        """Take the result's size, and the common tags where that was agreed."""
        self._sender.finish(caller_of(context), request.task, request.intersection, request.common_tags)
        return pb.FinishResponse()

    def End(self, request: pb.EndRequest, context: grpc.ServicerContext) -> pb.EndResponse:
        """Take in that the partner has ended the alignment."""
        self._sender.ended_by(caller_of(context), request.task, request.state, request.reason)
        return pb.EndResponse()
