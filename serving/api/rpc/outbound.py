"""Partners' servings, through the own gateway."""

from common.rpc import peer_call
from common.rpc.relay import CallsMembers
from proto.serving.v1 import serving_pb2 as pb

SERVICE = "/hanse.serving.v1.ServingPeerService/"


class GatewayPartners:
    """See `serving.service.ports.Partners`.

    Parameters
    ----------
    gateway : GatewayServiceStub
        Over a channel to the own gateway.
    timeout_s : float
        How long a partner may take.
    """

    def __init__(self, gateway: CallsMembers, timeout_s: float) -> None:
        self._gateway = gateway
        self._timeout_s = timeout_s

    def score_part(self, member: str, request: pb.ScorePartRequest) -> pb.ScorePartResponse:
        """See `Partners.score_part`."""
        method = f"{SERVICE}ScorePart"
        return peer_call(self._gateway, member, method, request, pb.ScorePartResponse, self._timeout_s)

    def peer_key(self, member: str, model: str) -> bytes:
        """See `Partners.peer_key`."""
        # Half the time, since the promoter is waiting for us meanwhile.
        request, method = pb.PeerKeyRequest(model=model), f"{SERVICE}PeerKey"
        answer = peer_call(self._gateway, member, method, request, pb.PeerKeyResponse, self._timeout_s / 2)
        return answer.key
