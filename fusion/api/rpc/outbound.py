"""Partners' nodes over signed gRPC with mutual TLS, each certificate pinned."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from common.errors import HanseError
from common.identity import Identity, TlsFiles
from common.rpc import SignedChannel, TlsClient, connect
from fusion.domain.models import Partner
from fusion.service.partners import Partners
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1.fusion_pb2_grpc import FusionPeerServiceStub

_TIMEOUT_S = 60.0


class GrpcNodes:
    """See `fusion.service.ports.PartnerNodes`."""

    def __init__(self, identity: Identity, tls: TlsFiles, partners: Partners) -> None:
        self._identity, self._tls, self._partners = identity, tls, partners
        self._lock = threading.Lock()
        self._channels: dict[str, tuple[Partner, SignedChannel]] = {}

    def node(self, partner: str) -> "GrpcNode":
        """See `PartnerNodes.node`."""
        found = self._partners.get(partner)
        with self._lock:
            known = self._channels.get(partner)
            if known is not None and known[0] == found:
                return GrpcNode(partner, known[1])
            if known is not None:
                known[1].close()
            channel = connect(
                found.address,
                self._identity,
                partner,
                self._partners,
                tls=TlsClient(self._tls, found.tls_cert),
                timeout_s=_TIMEOUT_S,
            )
            self._channels[partner] = (found, channel)
        return GrpcNode(partner, channel)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for _, channel in self._channels.values():
                channel.close()
            self._channels.clear()


class GrpcNode:
    """See `fusion.service.ports.PartnerNode`."""

    def __init__(self, partner: str, channel: SignedChannel) -> None:
        self._partner = partner
        self._stub = FusionPeerServiceStub(channel)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except HanseError as error:
            error.party = error.party or self._partner
            raise

    def propose(self, offer: pb.TaskOffer) -> None:
        """See `PartnerNode.propose`."""
        with self._named():
            self._stub.Propose(pb.ProposeRequest(offer=offer), timeout=10.0)

    def get_key(self, task: str, receiver_rows: int) -> pb.GetKeyResponse:
        """See `PartnerNode.get_key`."""
        with self._named():
            return self._stub.GetKey(pb.GetKeyRequest(task=task, receiver_rows=receiver_rows))

    def sign(self, task: str, batch: int, blinded: bytes) -> bytes:
        """See `PartnerNode.sign`."""
        with self._named():
            return self._stub.Sign(pb.SignRequest(task=task, batch=batch, blinded=blinded)).signed

    def tags(self, task: str, start: int) -> Iterator[bytes]:
        """See `PartnerNode.tags`."""
        request = pb.TagsRequest(task=task)
        setattr(request, "from", start)
        with self._named():
            for message in self._stub.Tags(request):
                yield message.tags

    def finish(self, task: str, intersection: int, common_tags: bytes) -> None:
        """See `PartnerNode.finish`."""
        with self._named():
            self._stub.Finish(pb.FinishRequest(task=task, intersection=intersection, common_tags=common_tags))

    def end(self, task: str, state: str, reason: str) -> None:
        """See `PartnerNode.end`."""
        with self._named():
            self._stub.End(pb.EndRequest(task=task, state=state, reason=reason), timeout=10.0)
