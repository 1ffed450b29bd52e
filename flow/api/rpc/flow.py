"""FlowService, for the member's own board: parse, one call, render."""

import threading
from collections.abc import Iterator

import grpc

from flow.domain.render import job_message
from flow.service.jobs import Jobs
from flow.service.requests import Requests
from flow.service.schedules import Schedules
from flow.store.base import Schedule
from proto.flow.v1 import flow_pb2 as pb
from proto.flow.v1.flow_pb2_grpc import FlowServiceServicer

_PAGE, _MOST = 50, 500


class FlowServicer(FlowServiceServicer):
    """Jobs and schedules of this member."""

    def __init__(self, jobs: Jobs, requests: Requests, schedules: Schedules) -> None:
        self._jobs, self._requests, self._schedules = jobs, requests, schedules

    def CreateJob(self, request: pb.CreateJobRequest, context: grpc.ServicerContext) -> pb.CreateJobResponse:
        return pb.CreateJobResponse(job=job_message(self._requests.create(request.spec)))

    def GetJob(self, request: pb.GetJobRequest, context: grpc.ServicerContext) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=job_message(self._jobs.get(request.job)))

    def ListJobs(self, request: pb.ListJobsRequest, context: grpc.ServicerContext) -> pb.ListJobsResponse:
        size = min(request.page_size or _PAGE, _MOST)
        found = self._jobs.store.find(project=request.project, state=request.state, after=request.after, limit=size + 1)
        page = found[:size]
        return pb.ListJobsResponse(
            jobs=[job_message(job, with_spec=False) for job in page],
            next_after=page[-1].id if len(found) > size else "",
        )

    def StopJob(self, request: pb.StopJobRequest, context: grpc.ServicerContext) -> pb.StopJobResponse:
        return pb.StopJobResponse(job=job_message(self._requests.stop(request.job, request.reason)))

    def ResumeJob(self, request: pb.ResumeJobRequest, context: grpc.ServicerContext) -> pb.ResumeJobResponse:
        return pb.ResumeJobResponse(job=job_message(self._requests.resume(request.job)))

    def DecideJob(self, request: pb.DecideJobRequest, context: grpc.ServicerContext) -> pb.DecideJobResponse:
        decided = self._requests.decide(request.job, approve=request.approve, reason=request.reason)
        return pb.DecideJobResponse(job=job_message(decided))

    def WatchJobs(self, request: pb.WatchJobsRequest, context: grpc.ServicerContext) -> Iterator[pb.WatchJobsResponse]:
        wanted = threading.Event()
        wanted.set()
        context.add_callback(wanted.clear)
        for job in self._jobs.watch(request.job, wanted):
            yield pb.WatchJobsResponse(job=job_message(job))

    def PutSchedule(self, request: pb.PutScheduleRequest, context: grpc.ServicerContext) -> pb.PutScheduleResponse:
        asked = request.schedule
        kept = self._schedules.put(
            Schedule(
                schedule=asked.schedule,
                cron=asked.cron,
                timezone=asked.timezone,
                template=asked.template.SerializeToString(),
                enabled=asked.enabled,
            )
        )
        return pb.PutScheduleResponse(schedule=_schedule(kept, self._next(kept.schedule)))

    def ListSchedules(
        self, request: pb.ListSchedulesRequest, context: grpc.ServicerContext
    ) -> pb.ListSchedulesResponse:
        return pb.ListSchedulesResponse(schedules=[_schedule(item, run) for item, run in self._schedules.all()])

    def DeleteSchedule(
        self, request: pb.DeleteScheduleRequest, context: grpc.ServicerContext
    ) -> pb.DeleteScheduleResponse:
        self._schedules.delete(request.schedule)
        return pb.DeleteScheduleResponse()

    def _next(self, name: str) -> int:
        return next((run for item, run in self._schedules.all() if item.schedule == name), 0)


def _schedule(schedule: Schedule, next_run_ms: int) -> pb.Schedule:
    return pb.Schedule(
        schedule=schedule.schedule,
        cron=schedule.cron,
        timezone=schedule.timezone,
        template=pb.JobSpec.FromString(schedule.template),
        enabled=schedule.enabled,
        next_run_ms=next_run_ms,
        last_job=schedule.last_job,
        last_problem=schedule.last_problem,
    )
