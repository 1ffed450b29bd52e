"""The own gateway in memory."""

from typing import Any

from google.protobuf.message import Message

from board.service.ports import (
    AnswerT,
    Reached,
    TaskBytes,
)
from common.disk import DiskUse
from common.errors import HanseError, Unavailable
from proto.gateway.v1 import gateway_pb2


class MemoryGateway:
    """Hands calls to the other members of the test; `reachable` says to whom."""

    def __init__(self, member: str, boards: dict[str, Any]) -> None:
        self.member, self.boards = member, boards
        self.reachable = True
        self.lines: list[gateway_pb2.Egress] = []
        self.refused: tuple[list[str], list[str]] = ([], [])

    def egress(self, job: str, after: int, limit: int) -> tuple[list[gateway_pb2.Egress], int]:
        found = [line for line in self.lines[::-1] if job in ("", line.job) and (not after or line.id < after)]
        return found[:limit], found[limit - 1].id if len(found) > limit else 0

    def egress_sums(self, job: str) -> tuple[dict[str, int], list[TaskBytes]]:
        sums: dict[str, int] = {}
        by_task: dict[tuple[str, str], tuple[int, int]] = {}
        for line in self.lines:
            if job in ("", line.job):
                sums[line.kind] = sums.get(line.kind, 0) + line.bytes
                size, count = by_task.get((line.task, line.member), (0, 0))
                by_task[line.task, line.member] = (size + line.bytes, count + 1)
        return sums, [TaskBytes(*key, *value) for key, value in by_task.items()] if job else []

    def probe(self, member: str) -> Reached:
        there = member in self.boards and self.boards[member].gateway.reachable
        return Reached(there, 1.5 if there else 0.0, "" if there else "it does not answer")

    def call(self, member: str, method: str, request: bytes) -> None:
        if member not in self.boards or not self.reachable or not self.boards[member].gateway.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        self._relayed(member, method, request)

    def ask(self, member: str, method: str, request: Message, answer: type[AnswerT]) -> AnswerT:
        if member not in self.boards or not self.boards[member].gateway.reachable:
            raise Unavailable(f"{member} cannot be reached", party=member)
        return answer.FromString(self._relayed(member, method, request.SerializeToString()))

    def _relayed(self, member: str, method: str, request: bytes) -> bytes:
        try:
            told: bytes = self.boards[member].relay(self.member, method, request)
        except HanseError as error:
            raise error.public() from error
        return told

    def traffic(self, from_ms: int) -> list[gateway_pb2.PartnerTraffic]:
        sent: dict[str, int] = {}
        for line in self.lines:
            if line.time_ms >= from_ms:
                sent[line.member] = sent.get(line.member, 0) + line.bytes
        return [gateway_pb2.PartnerTraffic(member=member, sent_bytes=size) for member, size in sent.items()]

    def disks(self) -> list[DiskUse]:
        if not self.reachable:
            raise Unavailable("the gateway does not answer")
        return [DiskUse("spool_out", 1, 2, 3)]

    def policy(self) -> tuple[list[str], list[str]]:
        return self.refused

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        self.refused = (blacklist, allow_ips)
