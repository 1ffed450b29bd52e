"""What flow needs of the rest of the member and of the other flows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from flow.domain.job import Failure, Job, Task
from proto.flow.v1 import flow_pb2 as pb


@dataclass(frozen=True, slots=True)
class KernelStatus:
    """How a task stands in the own kernel."""

    job: str
    task: str
    attempt: int
    state: str  # running ready failed stopped
    progress: float
    step: str
    waiting_for: str
    failure: Failure | None


class Kernel(Protocol):
    """The member's own kernel."""

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """Return component name → manifest with its hash."""

    def start(self, job: Job, task: Task) -> None:
        """Start the present attempt; the same again changes nothing."""

    def stop(self, job: str, task: str) -> None:
        """Ask a task to stop."""

    def release(self, job: str) -> None:
        """Free what the job holds."""

    def watch(self) -> Iterator[KernelStatus]:
        """Yield the present states and then every change; ends when the kernel goes away."""


class Gateway(Protocol):
    """The member's own gateway."""

    def open(self, job: Job, task: Task, manifest: dict[str, Any]) -> None:
        """Grant the task's messages for the present attempt."""

    def close(self, job: str, task: str) -> None:
        """End the grant and drop the task's messages."""


class Board(Protocol):
    """The member's own board: its people's decisions."""

    def check(self, spec: pb.JobSpec, origin: str) -> tuple[str, str]:
        """Return allowed, pending or refused, and why."""

    def ended(self, job: str, state: str) -> None:
        """Tell that a job has ended."""

    def prepare(self, schedule: str, template: pb.JobSpec, max_age_days: int) -> pb.JobSpec:
        """Return the job of a schedule's run with the newest versions; raises what keeps it from running."""


class Peers(Protocol):
    """The other members' flows."""

    def propose(self, member: str, spec: pb.JobSpec) -> tuple[str, str]:
        """Return the member's answer (queued, pending_approval, refused) and its reason."""

    def start_attempt(self, member: str, job: str, task: Task) -> None:
        """Ask a provider to start the present attempt."""

    def report(self, member: str, job: str, task: Task, state: str, failure: Failure | None) -> tuple[str, int]:
        """Tell the promoter how our part stands; returns what it knows: state and attempt."""

    def conclude(self, member: str, job: Job, task: str, attempt: int, state: str, failure: Failure | None) -> None:
        """Tell a provider the end of a task, or of the job when `task` is empty, and how all parts stand now."""

    def job(self, member: str, job: str) -> pb.PeerJobResponse:
        """Ask the promoter how the job and each party's part of it get on."""

    def stop(self, member: str, job: str, reason: str) -> None:
        """Ask the promoter to stop the job."""
