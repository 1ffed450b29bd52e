"""The own flow."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from proto.flow.v1 import flow_pb2


class Flow(Protocol):
    """The own flow."""

    def create(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> flow_pb2.Job:
        """Start a job; the nodes of `anew` and all after them are not reused."""
        ...

    def plan(self, spec: flow_pb2.JobSpec, anew: Sequence[str] = ()) -> list[flow_pb2.NodePlan]:
        """Return what a job would reuse."""
        ...

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[flow_pb2.JobEvent], int]:
        """Return what happened to a job, the oldest first, and the next cursor."""
        ...

    def get(self, job: str) -> flow_pb2.Job:
        """Return a job."""
        ...

    def page(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[flow_pb2.Job], str]:
        """Return a page of jobs without their nodes, and the next cursor."""
        ...

    def stop(self, job: str, reason: str) -> flow_pb2.Job:
        """Stop a job."""
        ...

    def resume(self, job: str) -> flow_pb2.Job:
        """Resume a job."""
        ...

    def decide(self, job: str, *, approve: bool, reason: str) -> flow_pb2.Job:
        """Tell our people's decision."""
        ...

    def watch(self) -> Iterator[flow_pb2.Job]:
        """Yield open jobs, then every change."""
        ...

    def run_schedule(self, schedule: str, job: str) -> flow_pb2.ScheduleRun:
        """Run a schedule now, as the job of this id; once, however often it is asked."""
        ...

    def put_schedule(self, schedule: flow_pb2.Schedule) -> flow_pb2.Schedule:
        """Add or replace a schedule."""
        ...

    def schedules(self) -> list[flow_pb2.Schedule]:
        """Return all schedules."""
        ...

    def delete_schedule(self, schedule: str) -> None:
        """Delete a schedule."""
        ...
