"""FlowService, for the member's own board: parse, one call, render."""

import dataclasses
import threading
from collections.abc import Iterator

import grpc

from flow.domain.render import job_message
from flow.domain.states import State
from flow.service.jobs import Jobs
from flow.service.requests import Requests
from flow.service.schedules import Schedules, Timed
from flow.store.base import FIXED, Run, Schedule
from proto.flow.v1 import flow_pb2 as pb
from proto.flow.v1.flow_pb2_grpc import FlowServiceServicer

_PAGE, _MOST = 50, 500


class FlowServicer(FlowServiceServicer):
    """Jobs and schedules of this member."""

    def __init__(self, jobs: Jobs, requests: Requests, schedules: Schedules) -> None:
        self._jobs, self._requests, self._schedules = jobs, requests, schedules

    def CreateJob(self, request: pb.CreateJobRequest, context: grpc.ServicerContext) -> pb.CreateJobResponse:
        return pb.CreateJobResponse(job=job_message(self._requests.create(request.spec, request.anew)))

    def PlanJob(self, request: pb.PlanJobRequest, context: grpc.ServicerContext) -> pb.PlanJobResponse:
        plans = self._requests.plan(request.spec, request.anew)
        return pb.PlanJobResponse(
            nodes=[
                pb.NodePlan(node=item.node, reused_from=item.reused_from, reason=item.reason, about=item.about)
                for item in plans
            ]
        )

    def GetJob(self, request: pb.GetJobRequest, context: grpc.ServicerContext) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=job_message(self._jobs.get(request.job)))

    def ListJobs(self, request: pb.ListJobsRequest, context: grpc.ServicerContext) -> pb.ListJobsResponse:
        size = min(request.page_size or _PAGE, _MOST)
        found = self._jobs.store.find(
            project=request.project,
            state=request.state,
            flow=request.flow,
            text=request.text,
            after=request.after,
            limit=size + 1,
        )
        page = found[:size]
        return pb.ListJobsResponse(
            jobs=[job_message(job, with_spec=False) for job in page],
            next_after=page[-1].id if len(found) > size else "",
        )

    def ListJobEvents(
        self, request: pb.ListJobEventsRequest, context: grpc.ServicerContext
    ) -> pb.ListJobEventsResponse:
        self._jobs.get(request.job)
        size = min(request.page_size or _MOST, _MOST)
        found = self._jobs.store.events(
            request.job, task=request.task, member=request.member, after=request.after, limit=size + 1
        )
        page = found[:size]
        return pb.ListJobEventsResponse(
            events=[pb.JobEvent(id=item.id, time_ms=item.time_ms, **dataclasses.asdict(item.event)) for item in page],
            next_after=page[-1].id if len(found) > size else 0,
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
                window=asked.window or FIXED,
                max_age_days=asked.max_age_days,
                retries=asked.retries,
            )
        )
        return pb.PutScheduleResponse(schedule=_schedule(kept))

    def ListSchedules(
        self, request: pb.ListSchedulesRequest, context: grpc.ServicerContext
    ) -> pb.ListSchedulesResponse:
        return pb.ListSchedulesResponse(schedules=[_schedule(item) for item in self._schedules.all()])

    def RunSchedule(self, request: pb.RunScheduleRequest, context: grpc.ServicerContext) -> pb.RunScheduleResponse:
        run = self._schedules.runs.run(request.schedule, request.job)
        return pb.RunScheduleResponse(run=_run(run, State.CREATED))

    def DeleteSchedule(
        self, request: pb.DeleteScheduleRequest, context: grpc.ServicerContext
    ) -> pb.DeleteScheduleResponse:
        self._schedules.delete(request.schedule)
        return pb.DeleteScheduleResponse()


def _schedule(timed: Timed) -> pb.Schedule:
    schedule, runs = timed.schedule, [_run(run, timed.states.get(run.job)) for run in timed.runs]
    newest = next((run for run in runs if run.job), None)
    if newest is not None:
        newest.data_versions.update(timed.versions)
    return pb.Schedule(
        schedule=schedule.schedule,
        cron=schedule.cron,
        timezone=schedule.timezone,
        template=pb.JobSpec.FromString(schedule.template),
        enabled=schedule.enabled,
        window=schedule.window,
        max_age_days=schedule.max_age_days,
        retries=schedule.retries,
        next_run_ms=next(iter(timed.next_ms), 0),
        next_runs_ms=timed.next_ms,
        runs=runs,
        last_job=newest.job if newest else "",
        last_problem=runs[0].problem if runs else "",
    )


def _run(run: Run, state: State | None) -> pb.ScheduleRun:
    return pb.ScheduleRun(
        time_ms=run.time_ms,
        job=run.job,
        problem=run.problem,
        code=run.code,
        party=run.party,
        tries=run.tries,
        state=str(state or "") if run.job else "refused",
    )
