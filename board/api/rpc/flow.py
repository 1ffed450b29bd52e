"""The board's client of the own flow."""

from collections.abc import Iterator, Sequence

from proto.flow.v1 import flow_pb2 as pb
from proto.flow.v1.flow_pb2_grpc import FlowServiceStub

_WATCH_S = 24 * 3600.0
_RUN_S = 20.0  # flow asks us for the newest data, and we the partners


class FlowClient:
    """See `Flow`."""

    def __init__(self, stub: FlowServiceStub) -> None:
        self._stub = stub

    def create(self, spec: pb.JobSpec, anew: Sequence[str] = ()) -> pb.Job:
        """See `Flow.create`."""
        return self._stub.CreateJob(pb.CreateJobRequest(spec=spec, anew=anew)).job

    def plan(self, spec: pb.JobSpec, anew: Sequence[str] = ()) -> list[pb.NodePlan]:
        """See `Flow.plan`."""
        return list(self._stub.PlanJob(pb.PlanJobRequest(spec=spec, anew=anew)).nodes)

    def events(self, job: str, task: str, member: str, after: int, limit: int) -> tuple[list[pb.JobEvent], int]:
        """See `Flow.events`."""
        answer = self._stub.ListJobEvents(
            pb.ListJobEventsRequest(job=job, task=task, member=member, after=after, page_size=limit)
        )
        return list(answer.events), answer.next_after

    def get(self, job: str) -> pb.Job:
        """See `Flow.get`."""
        return self._stub.GetJob(pb.GetJobRequest(job=job)).job

    def page(
        self, *, project: str = "", state: str = "", flow: str = "", text: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[pb.Job], str]:
        """See `Flow.page`."""
        answer = self._stub.ListJobs(
            pb.ListJobsRequest(project=project, state=state, flow=flow, text=text, after=after, page_size=limit)
        )
        return list(answer.jobs), answer.next_after

    def stop(self, job: str, reason: str) -> pb.Job:
        """See `Flow.stop`."""
        return self._stub.StopJob(pb.StopJobRequest(job=job, reason=reason)).job

    def resume(self, job: str) -> pb.Job:
        """See `Flow.resume`."""
        return self._stub.ResumeJob(pb.ResumeJobRequest(job=job)).job

    def decide(self, job: str, *, approve: bool, reason: str) -> pb.Job:
        """See `Flow.decide`."""
        return self._stub.DecideJob(pb.DecideJobRequest(job=job, approve=approve, reason=reason)).job

    def watch(self) -> Iterator[pb.Job]:
        """See `Flow.watch`."""
        for answer in self._stub.WatchJobs(pb.WatchJobsRequest(), timeout=_WATCH_S):
            yield answer.job

    def run_schedule(self, schedule: str, job: str) -> pb.ScheduleRun:
        """See `Flow.run_schedule`."""
        return self._stub.RunSchedule(pb.RunScheduleRequest(schedule=schedule, job=job), timeout=_RUN_S).run

    def put_schedule(self, schedule: pb.Schedule) -> pb.Schedule:
        """See `Flow.put_schedule`."""
        return self._stub.PutSchedule(pb.PutScheduleRequest(schedule=schedule)).schedule

    def schedules(self) -> list[pb.Schedule]:
        """See `Flow.schedules`."""
        return list(self._stub.ListSchedules(pb.ListSchedulesRequest()).schedules)

    def delete_schedule(self, schedule: str) -> None:
        """See `Flow.delete_schedule`."""
        self._stub.DeleteSchedule(pb.DeleteScheduleRequest(schedule=schedule))
