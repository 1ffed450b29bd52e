"""The door for the member's own services: GatewayService."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from common.errors import HanseError
from common.rpc import caller_of
from gateway.api.rpc.convert import announced_from, egress_to, grant_from, key_from
from gateway.domain.errors import MessageShapeError
from gateway.service.policy import Policy
from gateway.service.relay import DEFAULT_S, LONGEST_S
from proto.common.v1.disk_pb2 import DiskUse
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1 import gateway_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Iterator

    import grpc

    from gateway.service.contacts import Contacts
    from gateway.service.inbox import Inbox
    from gateway.service.outbox import Outbox
    from gateway.service.policy import PolicyBook
    from gateway.service.ports import Peers
    from gateway.service.relay import Relay
    from gateway.service.tasks import Tasks
    from gateway.service.watch import Watch
    from gateway.store.base import EgressStore

_PATH = "/hanse.gateway.v1.GatewayService/"
ACCESS = {
    f"{_PATH}OpenTask": {"flow@self"},
    f"{_PATH}CloseTask": {"flow@self"},
    f"{_PATH}Send": {"kernel@self"},
    f"{_PATH}Receive": {"kernel@self"},
    f"{_PATH}Call": {"board@self", "flow@self", "serving@self"},
    f"{_PATH}ListEgress": {"board@self"},
    f"{_PATH}SumEgress": {"board@self"},
    f"{_PATH}ProbePeer": {"board@self", "flow@self"},
    f"{_PATH}GetTraffic": {"board@self"},
    f"{_PATH}GetDisk": {"board@self"},
    f"{_PATH}GetPolicy": {"board@self"},
    f"{_PATH}SetPolicy": {"board@self"},
}
_LONGEST_WAIT_S = 60.0
_LONGEST_PAGE = 1000


class LocalServicer(gateway_pb2_grpc.GatewayServiceServicer):
    """Parses, makes one call, renders."""

    def __init__(
        self,
        tasks: Tasks,
        outbox: Outbox,
        inbox: Inbox,
        relay: Relay,
        egress: EgressStore,
        policy: PolicyBook,
        peers: Peers,
        contacts: Contacts,
        watch: Watch,
    ) -> None:
        self._tasks = tasks
        self._outbox = outbox
        self._inbox = inbox
        self._relay = relay
        self._egress = egress
        self._policy = policy
        self._peers = peers
        self._contacts = contacts
        self._watch = watch

    def OpenTask(self, request: pb.OpenTaskRequest, context: grpc.ServicerContext) -> pb.OpenTaskResponse:
        """Open an attempt under the flow's grant."""
        self._tasks.open(grant_from(request.grant))
        return pb.OpenTaskResponse()

    def CloseTask(self, request: pb.CloseTaskRequest, context: grpc.ServicerContext) -> pb.CloseTaskResponse:
        """Close a task and drop its messages."""
        self._tasks.close(request.job, request.task)
        return pb.CloseTaskResponse()

    def Send(self, request_iterator: Iterator[pb.SendRequest], context: grpc.ServicerContext) -> pb.SendResponse:
        """Spool a message of the kernel."""
        first = next(request_iterator, None)
        if first is None or first.WhichOneof("part") != "header":
            raise MessageShapeError("a message begins with its header")
        left = context.time_remaining()
        # Leave time for the refusal to arrive before the caller's own deadline.
        wait_s = _LONGEST_WAIT_S if left is None else max(0.0, min(_LONGEST_WAIT_S, left - 1.0))
        outgoing = self._outbox.begin(announced_from(first.header), wait_s)
        if outgoing is None:
            return pb.SendResponse(duplicate=True)
        try:
            for part in request_iterator:
                outgoing.write(part.chunk)
            return pb.SendResponse(duplicate=outgoing.finish())
        finally:
            outgoing.leave()

    def Receive(self, request: pb.ReceiveRequest, context: grpc.ServicerContext) -> Iterator[pb.ReceiveResponse]:
        """Wait for a message and stream it; it stays until the task is closed."""
        context.add_callback(self._inbox.wake)
        wait_s = min(request.wait_ms / 1000, _LONGEST_WAIT_S)
        announced = self._inbox.wait(key_from(request.key), wait_s, context.is_active)
        total: int | None = announced.total_bytes
        for chunk in self._inbox.chunks(announced):
            yield pb.ReceiveResponse(chunk=chunk, total_bytes=total)
            total = None
        if announced.total_bytes == 0:
            yield pb.ReceiveResponse()

    def Call(self, request: pb.CallRequest, context: grpc.ServicerContext) -> pb.CallResponse:
        """Make a control call at another member."""
        timeout_s = min(request.timeout_ms / 1000, LONGEST_S) or DEFAULT_S
        response = self._relay.call(caller_of(context), request.member, request.method, request.request, timeout_s)
        return pb.CallResponse(response=response)

    def ListEgress(self, request: pb.ListEgressRequest, context: grpc.ServicerContext) -> pb.ListEgressResponse:
        """List what left."""
        size = min(request.page_size or 100, _LONGEST_PAGE)
        lines = self._egress.page(request.job, request.after, size)
        more = lines[-1].id if len(lines) == size else 0
        return pb.ListEgressResponse(lines=[egress_to(line) for line in lines], next_after=more)

    def SumEgress(self, request: pb.SumEgressRequest, context: grpc.ServicerContext) -> pb.SumEgressResponse:
        """Sum what left, by kind, and of a job by task and receiver."""
        by_task = self._egress.sums_by_task(request.job) if request.job else []
        return pb.SumEgressResponse(
            bytes_by_kind=self._egress.sums(request.job),
            by_task=[
                pb.EgressSum(task=task, member=member, bytes=total, messages=count)
                for task, member, total, count in by_task
            ],
        )

    def ProbePeer(self, request: pb.ProbePeerRequest, context: grpc.ServicerContext) -> pb.ProbePeerResponse:
        """Make a round trip to another member's gateway."""
        started = time.monotonic()
        try:
            self._peers.hello(request.member, 2.0)
        except HanseError as error:
            self._contacts.failed(request.member, started, error)
            return pb.ProbePeerResponse(problem=f"{error} {error.hint}")
        self._contacts.ok(request.member)
        return pb.ProbePeerResponse(reachable=True, round_trip_ms=1000 * (time.monotonic() - started))

    def GetTraffic(self, request: pb.GetTrafficRequest, context: grpc.ServicerContext) -> pb.GetTrafficResponse:
        """Tell what went to each member, and what waits for it."""
        partners = [pb.PartnerTraffic(**asdict(line)) for line in self._watch.traffic(request.from_ms)]
        return pb.GetTrafficResponse(partners=partners)

    def GetDisk(self, request: pb.GetDiskRequest, context: grpc.ServicerContext) -> pb.GetDiskResponse:
        """Tell how full the spool is."""
        return pb.GetDiskResponse(disks=[DiskUse(**asdict(disk)) for disk in self._watch.disks()])

    def GetPolicy(self, request: pb.GetPolicyRequest, context: grpc.ServicerContext) -> pb.GetPolicyResponse:
        """Show whom this gateway refuses."""
        return pb.GetPolicyResponse(policy=self._render_policy())

    def SetPolicy(self, request: pb.SetPolicyRequest, context: grpc.ServicerContext) -> pb.SetPolicyResponse:
        """Set whom this gateway refuses."""
        self._policy.set(Policy(tuple(request.policy.blacklist), tuple(request.policy.allow_ips)))
        return pb.SetPolicyResponse(policy=self._render_policy())

    def _render_policy(self) -> pb.Policy:
        policy = self._policy.get()
        return pb.Policy(blacklist=policy.blacklist, allow_ips=policy.allow_ips)
