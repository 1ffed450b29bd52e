"""What the use cases need of the partners' nodes."""

from collections.abc import Iterator
from typing import Protocol

from proto.fusion.v1 import fusion_pb2 as pb


class PartnerNode(Protocol):
    """One partner's node; its errors come as they are, `Unavailable` when there is no answer."""

    def propose(self, offer: pb.TaskOffer) -> None:
        """Propose an alignment; again when the answer was lost."""
        ...

    def get_key(self, task: str, receiver_rows: int) -> pb.GetKeyResponse:
        """Ask the sender for its key, or how far it is."""
        ...

    def sign(self, task: str, batch: int, blinded: bytes) -> bytes:
        """Let the sender sign blinded numbers."""
        ...

    def tags(self, task: str, start: int) -> Iterator[bytes]:
        """Yield the sender's tags from a position."""
        ...

    def finish(self, task: str, intersection: int, common_tags: bytes) -> None:
        """Tell the sender that the alignment has succeeded."""
        ...

    def end(self, task: str, state: str, reason: str) -> None:
        """Tell the partner that our side has ended without a result."""
        ...


class PartnerNodes(Protocol):
    """All partners' nodes."""

    def node(self, partner: str) -> PartnerNode:
        """Return one; raises UnknownPartner."""
        ...
