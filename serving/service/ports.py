"""What the use cases need of the outside."""

from typing import Protocol

from proto.serving.v1 import serving_pb2 as pb


class Partners(Protocol):
    """The servings of other members; each call raises what the partner told, or `Unavailable` with the party."""

    def score_part(self, member: str, request: pb.ScorePartRequest) -> pb.ScorePartResponse:
        """Ask a provider for its shares."""
        ...

    def peer_key(self, member: str, model: str) -> bytes:
        """Ask a provider for the public key of its part."""
        ...
