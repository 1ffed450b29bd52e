"""What partners' servings may call; it comes through both gateways, so that the origin is proved."""

from common.rpc import RelayDispatcher
from proto.serving.v1 import serving_pb2 as pb
from serving.api.rpc.outbound import SERVICE
from serving.service.parts import OwnParts


class ServingPeer:
    """ServingPeerService: parses, makes one call, renders."""

    def __init__(self, parts: OwnParts) -> None:
        self._parts = parts

    def register(self, relay: RelayDispatcher) -> None:
        """Open the methods to partners."""
        relay.register(f"{SERVICE}PeerKey", pb.PeerKeyRequest, self.peer_key)
        relay.register(f"{SERVICE}ScorePart", pb.ScorePartRequest, self.score_part)

    def peer_key(self, origin: str, request: pb.PeerKeyRequest) -> pb.PeerKeyResponse:
        """Give our part's public key to another provider."""
        key, version = self._parts.public_key(origin, request.model)
        return pb.PeerKeyResponse(key=key, version=version)

    def score_part(self, origin: str, request: pb.ScorePartRequest) -> pb.ScorePartResponse:
        """Give our part of scores to the promoter."""
        made = self._parts.answer(
            origin,
            request.model,
            request.request,
            list(request.ids),
            training=request.training,
            refresh_keys=request.refresh_keys,
        )
        return pb.ScorePartResponse(
            shares=made.shares,
            known=made.known,
            keys_digest=made.keys_digest,
            version=made.version,
            decisions=made.decisions,
            training=made.training,
        )
