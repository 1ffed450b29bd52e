"""FlowPeerService: what other members' flows ask through the gateways; `origin` is the member as proved by ours."""

from common.rpc import RelayDispatcher
from flow.domain.conclusion import Ended
from flow.domain.errors import NotTheirJob
from flow.domain.job import Failure, Job, Lane
from flow.domain.render import failure_message, failure_of
from flow.domain.states import State
from flow.domain.telling import told_to
from flow.service.jobs import Jobs
from flow.service.participant import Participant
from flow.service.requests import Requests
from proto.flow.v1 import flow_pb2 as pb

SERVICE = "/hanse.flow.v1.FlowPeerService/"
_MOST_STEP = 200  # characters of a partner's words that we keep


class FlowPeer:
    """Answers other members' flows."""

    def __init__(self, jobs: Jobs, participant: Participant, requests: Requests) -> None:
        self._jobs, self._participant, self._requests = jobs, participant, requests

    def register(self, relay: RelayDispatcher) -> None:
        """Open our methods to partners."""
        relay.register(f"{SERVICE}ProposeJob", pb.ProposeJobRequest, self.propose)
        relay.register(f"{SERVICE}StartAttempt", pb.StartAttemptRequest, self.start_attempt)
        relay.register(f"{SERVICE}ReportTask", pb.ReportTaskRequest, self.report)
        relay.register(f"{SERVICE}Conclude", pb.ConcludeRequest, self.conclude)
        relay.register(f"{SERVICE}PeerJob", pb.PeerJobRequest, self.job)
        relay.register(f"{SERVICE}PeerStop", pb.PeerStopRequest, self.stop)

    def propose(self, origin: str, request: pb.ProposeJobRequest) -> pb.ProposeJobResponse:
        """Answer a proposal."""
        state, reason = self._participant.proposed(origin, request.spec)
        return pb.ProposeJobResponse(state=state, reason=reason)

    def start_attempt(self, origin: str, request: pb.StartAttemptRequest) -> pb.StartAttemptResponse:
        """Start our part."""
        self._participant.start_attempt(origin, request.job, request.task, request.attempt, resume=request.resume)
        return pb.StartAttemptResponse()

    def report(self, origin: str, request: pb.ReportTaskRequest) -> pb.ReportTaskResponse:
        """Take a provider's word about its part of a job that we promote."""
        job = self._jobs.get(request.job)
        if not job.coordinates or origin not in job.others or request.task not in job.tasks:
            raise NotTheirJob(f"{origin} has no part in task {request.task} of job {request.job}")
        failure = failure_of(request.failure) if request.HasField("failure") else None
        self._participant_word(origin, request, failure)
        task = self._jobs.get(request.job).tasks[request.task]
        return pb.ReportTaskResponse(state=task.state, attempt=task.attempt)

    def conclude(self, origin: str, request: pb.ConcludeRequest) -> pb.ConcludeResponse:
        """Take the end of a task or job from its promoter."""
        failure = failure_of(request.failure) if request.HasField("failure") else None
        try:
            state = State(request.state)
        except ValueError:
            raise NotTheirJob(f"{request.state!r} is no state") from None
        ended = Ended(request.task, request.attempt, state, failure)
        self._participant.concluded(origin, request.job, ended, request.tasks)
        return pb.ConcludeResponse()

    def job(self, origin: str, request: pb.PeerJobRequest) -> pb.PeerJobResponse:
        """Tell a party how a job of ours stands, and each party's part of it."""
        job = self._jobs.get(request.job)
        if not job.coordinates or origin not in job.others:
            raise NotTheirJob(f"{origin} has no part in job {request.job}")
        failure = failure_message(job.failure.public() if job.failure else None)
        return pb.PeerJobResponse(state=job.state, tasks=told_to(origin, job), failure=failure)

    def stop(self, origin: str, request: pb.PeerStopRequest) -> pb.PeerStopResponse:
        """Stop a job of ours because a party wants it."""
        self._requests.asked_to_stop(origin, request.job, request.reason)
        return pb.PeerStopResponse()

    def _participant_word(self, origin: str, request: pb.ReportTaskRequest, failure: Failure | None) -> None:
        if request.state not in ("running", "ready", "failed", "stopped"):
            raise NotTheirJob(f"{request.state!r} is no state of a part")

        def change(job: Job) -> Job:
            task = job.tasks[request.task]
            if task.attempt != request.attempt or task.state is not State.RUNNING or origin not in task.parties:
                return job
            failures = {**task.failures, origin: failure} if failure else task.failures
            lane = Lane(min(1.0, max(0.0, request.progress)), request.step[:_MOST_STEP], request.waiting_for[:64])
            return job.with_task(
                task.changed(
                    parties={**task.parties, origin: request.state},
                    failures=failures,
                    lanes={**task.lanes, origin: lane},
                )
            )

        self._jobs.change(request.job, change)
