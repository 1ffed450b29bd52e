"""The board's client of the own gateway, which alone reaches the other members."""

from google.protobuf.message import Message

from board.api.rpc.disks import disk_uses
from board.service.ports import AnswerT, Reached, TaskBytes
from common.disk import DiskUse
from common.rpc import peer_call
from proto.gateway.v1 import gateway_pb2 as pb
from proto.gateway.v1.gateway_pb2_grpc import GatewayServiceStub

_CALL_S, _ASK_S = 10.0, 8.0


class GatewayClient:
    """See `Gateway`."""

    def __init__(self, stub: GatewayServiceStub) -> None:
        self._stub = stub

    def egress(self, job: str, after: int, limit: int) -> tuple[list[pb.Egress], int]:
        """See `Gateway.egress`."""
        answer = self._stub.ListEgress(pb.ListEgressRequest(job=job, after=after, page_size=limit))
        return list(answer.lines), answer.next_after

    def egress_sums(self, job: str) -> tuple[dict[str, int], list[TaskBytes]]:
        """See `Gateway.egress_sums`."""
        answer = self._stub.SumEgress(pb.SumEgressRequest(job=job))
        by_task = [TaskBytes(item.task, item.member, item.bytes, item.messages) for item in answer.by_task]
        return dict(answer.bytes_by_kind), by_task

    def probe(self, member: str) -> Reached:
        """See `Gateway.probe`."""
        answer = self._stub.ProbePeer(pb.ProbePeerRequest(member=member))
        return Reached(answer.reachable, answer.round_trip_ms, answer.problem)

    def call(self, member: str, method: str, request: bytes) -> None:
        """See `Gateway.call`."""
        # The request lies serialised in the outbox, and the answer carries nothing.
        call = pb.CallRequest(member=member, method=method, request=request, timeout_ms=int(_CALL_S * 1000))
        self._stub.Call(call, timeout=_CALL_S + 1.0)

    def ask(self, member: str, method: str, request: Message, answer: type[AnswerT]) -> AnswerT:
        """See `Gateway.ask`."""
        return peer_call(self._stub, member, method, request, answer, timeout_s=_ASK_S)

    def traffic(self, from_ms: int) -> list[pb.PartnerTraffic]:
        """See `Gateway.traffic`."""
        return list(self._stub.GetTraffic(pb.GetTrafficRequest(from_ms=from_ms)).partners)

    def disks(self) -> list[DiskUse]:
        """See `Gateway.disks`."""
        return disk_uses(self._stub.GetDisk(pb.GetDiskRequest()).disks)

    def policy(self) -> tuple[list[str], list[str]]:
        """See `Gateway.policy`."""
        policy = self._stub.GetPolicy(pb.GetPolicyRequest()).policy
        return list(policy.blacklist), list(policy.allow_ips)

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        """See `Gateway.set_policy`."""
        policy = pb.Policy(blacklist=blacklist, allow_ips=allow_ips)
        self._stub.SetPolicy(pb.SetPolicyRequest(policy=policy))
