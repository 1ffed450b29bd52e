"""The own gateway."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

from google.protobuf.message import Message

from common.disk import DiskUse
from proto.gateway.v1 import gateway_pb2

AnswerT = TypeVar("AnswerT", bound=Message)


@dataclass(frozen=True, slots=True)
class TaskBytes:
    """What left for a member in a task."""

    task: str
    member: str
    bytes: int
    messages: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether a member's gateway answers ours."""

    reachable: bool
    round_trip_ms: float = 0.0
    problem: str = ""


class Gateway(Protocol):
    """The own gateway."""

    def egress(self, job: str, after: int, limit: int) -> tuple[list[gateway_pb2.Egress], int]:
        """Return lines of the egress record."""
        ...

    def egress_sums(self, job: str) -> tuple[dict[str, int], list[TaskBytes]]:
        """Return bytes by kind, and of a job by task and receiver."""
        ...

    def probe(self, member: str) -> Reached:
        """Try to reach a member."""
        ...

    def call(self, member: str, method: str, request: bytes) -> None:
        """Call a method of another member's board whose answer is empty."""
        ...

    def ask(self, member: str, method: str, request: Message, answer: type[AnswerT]) -> AnswerT:
        """Ask another member's board and return its answer."""
        ...

    def traffic(self, from_ms: int) -> list[gateway_pb2.PartnerTraffic]:
        """Tell by member what left since then, and what waits for it."""
        ...

    def disks(self) -> list[DiskUse]:
        """Tell how full the spool is."""
        ...

    def policy(self) -> tuple[list[str], list[str]]:
        """Return the refused members and the allowed networks."""
        ...

    def set_policy(self, blacklist: list[str], allow_ips: list[str]) -> None:
        """Set them."""
        ...
