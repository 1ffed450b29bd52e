"""Partners' nodes over signed gRPC with mutual TLS, each certificate pinned."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields

from common.errors import HanseError, Unavailable
from common.identity import Identity, TlsFiles
from common.rpc import CallerKeys, FixedKeys, SignedChannel, TlsClient, connect
from common.rpc.errors import UnknownCallerError
from fusion.domain.errors import Dishonest, NotConfirmedThere, OtherCertificate, PartnerEnded
from fusion.domain.identity import NodeIdentity
from fusion.domain.models import Partner, Task
from fusion.service.acquaintance import Greeting
from fusion.service.egress import MESSAGE, Egress
from fusion.service.partners import Partners
from kernel.protocol.psi.effort import Machine
from proto.fusion.v1 import fusion_pb2 as pb
from proto.fusion.v1.fusion_pb2_grpc import FusionPeerServiceStub

_TIMEOUT_S = 60.0
_GREETING_S = 5.0
_PLACE = tuple(field.name for field in fields(NodeIdentity))  # what makes another connection necessary
_OTHER_CERTIFICATE = ("CERTIFICATE_VERIFY_FAILED", "certificate verify failed", "Ssl handshake failed")
_NOT_LET_IN = "Ask the partner's operator why; they unblock this node, or add and confirm it again."


class GrpcNodes:
    """See `fusion.service.ports.PartnerNodes`."""

    def __init__(self, identity: Identity, tls: TlsFiles, partners: Partners, egress: Egress) -> None:
        self._identity, self._tls, self._partners, self._egress = identity, tls, partners, egress
        self._lock = threading.Lock()
        self._channels: dict[str, tuple[NodeIdentity, SignedChannel]] = {}

    def node(self, partner: str) -> "GrpcNode":
        """See `PartnerNodes.node`."""

        def channel() -> SignedChannel:
            return self._channel(self._partners.confirmed(partner))

        channel()
        return GrpcNode(partner, channel, self._egress)

    def greet(self, partner: str, greeting: Greeting) -> Greeting:
        """See `fusion.service.acquaintance.Greeter`."""
        # Over a connection of its own: one that failed a moment ago would say so again without having tried.
        channel = self._connected(self._partners.get(partner))
        try:
            return GrpcNode(partner, lambda: channel, self._egress).greet(greeting)
        finally:
            channel.close()

    def _channel(self, found: Partner) -> SignedChannel:
        partner, place = found.node, NodeIdentity(**{name: getattr(found, name) for name in _PLACE})
        with self._lock:
            known = self._channels.get(partner)
            if known is not None and known[0] == place:
                return known[1]
            if known is not None:
                known[1].close()
            channel = self._connected(found)
            self._channels[partner] = (place, channel)
        return channel

    def _connected(self, partner: Partner) -> SignedChannel:
        tls = TlsClient(self._tls, partner.tls_cert)
        # Its keys as they are now, since with others it is another connection: to read an answer asks no database,
        # whose failure would look like the partner's.
        keys = FixedKeys({partner.node: CallerKeys(partner.signing_key, partner.stream_key, tls_cert=partner.tls_cert)})
        return connect(partner.address, self._identity, partner.node, keys, tls=tls, timeout_s=_TIMEOUT_S)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for _, channel in self._channels.values():
                channel.close()
            self._channels.clear()


class GrpcNode:
    """See `fusion.service.ports.PartnerNode`; whatever is sent for an alignment is counted.

    `channel` is asked for each call: an alignment that runs for days takes up new keys and another address, and sends
    nothing to a partner that is blocked meanwhile.
    """

    def __init__(self, partner: str, channel: Callable[[], SignedChannel], egress: Egress) -> None:
        self._partner, self._egress, self._channel = partner, egress, channel

    @contextmanager
    def _calling(self) -> Iterator[FusionPeerServiceStub]:
        stub = FusionPeerServiceStub(self._channel())  # what goes wrong here is no fault of the partner's
        with self._named():
            yield stub

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except Dishonest as error:  # what it says of us; whose fault it is nobody here can tell
            told = f"{self._partner} refuses what we sent: {error.detail}"
            raise PartnerEnded(told, party=self._partner) from error
        except UnknownCallerError as error:  # over a connection from before; a union's words would lead nowhere here
            told = f"{self._partner} has blocked this node, or has deleted it"
            raise NotConfirmedThere(told, hint=_NOT_LET_IN, party=self._partner) from error
        except Unavailable as error:
            if any(word in error.detail for word in _OTHER_CERTIFICATE):
                raise OtherCertificate(error.detail, party=self._partner) from error
            error.party = self._partner
            raise
        except HanseError as error:
            error.party = self._partner  # who speaks, whomever it names
            raise

    def greet(self, greeting: Greeting) -> Greeting:
        """Greet, and return the partner's own greeting."""
        told = pb.GreetRequest(version=greeting.version, oldest=greeting.oldest, confirmed=greeting.confirmed)
        with self._calling() as stub:
            theirs = stub.Greet(told, timeout=_GREETING_S)
        return Greeting(theirs.version, theirs.oldest, theirs.confirmed)

    @contextmanager
    def _sending(self, task: str, step: str, what: str, size: int) -> Iterator[FusionPeerServiceStub]:
        stub = FusionPeerServiceStub(self._channel())
        # The record is ours: where our own disk has no room for it, that is not the partner's trouble.
        with self._egress.count(self._partner, task, step, what, size), self._named():
            yield stub

    def propose(self, offer: pb.TaskOffer) -> None:
        """See `PartnerNode.propose`."""
        request = pb.ProposeRequest(offer=offer)
        with self._sending(offer.task, "propose", "proposal", request.ByteSize()) as stub:
            stub.Propose(request, timeout=10.0)

    def accept(self, task: Task, machine: Machine) -> None:
        """See `PartnerNode.accept`."""
        told = pb.Machine(cores=machine.cores, vectors=machine.vectors)
        request = pb.AcceptRequest(
            task=task.task,
            rows=task.ids,
            protocol=task.runs,
            machine=told,
            table=task.table_name,
            table_salt=task.table_salt,
            table_kept=task.table_kept,
        )
        with self._sending(task.task, "accept", "acceptance", request.ByteSize()) as stub:
            stub.Accept(request, timeout=10.0)

    def deliver(self, task: str, step: str, payload: bytes) -> None:
        """See `PartnerNode.deliver`."""
        with self._sending(task, step, MESSAGE, len(payload)) as stub:
            stub.Deliver(pb.DeliverRequest(task=task, step=step, payload=payload))

    def done(self, task: str) -> None:
        """See `PartnerNode.done`."""
        request = pb.DoneRequest(task=task)
        with self._sending(task, "done", "word that the result is there", request.ByteSize()) as stub:
            stub.Done(request, timeout=10.0)

    def end(self, task: str, state: str, reason: str) -> None:
        """See `PartnerNode.end`."""
        request = pb.EndRequest(task=task, state=state, reason=reason)
        with self._sending(task, "end", "end", request.ByteSize()) as stub:
            stub.End(request, timeout=10.0)

    def pause(self, task: str, *, paused: bool) -> None:
        """See `PartnerNode.pause`."""
        request = pb.PauseRequest(task=task, paused=paused)
        with self._sending(task, "pause", "pause, or its end", request.ByteSize()) as stub:
            stub.Pause(request, timeout=10.0)

    def probe(self, payload: bytes) -> None:
        """See `PartnerNode.probe`; random bytes, which belong to no alignment, are not counted."""
        with self._calling() as stub:
            stub.Probe(pb.ProbeRequest(payload=payload), timeout=5.0)
