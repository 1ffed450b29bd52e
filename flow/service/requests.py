"""What the member's own people ask through the board: create, look, stop, resume, decide."""

from collections.abc import Collection

from common.errors import HanseError
from flow.domain.errors import InvalidJob, NoSuchJob, WrongState
from flow.domain.job import Failure, Job, new_job
from flow.domain.reuse import NodePlan, plan
from flow.domain.states import DONE, RESUMABLE, State
from flow.service.jobs import Jobs, now_ms
from flow.service.ports import Peers
from proto.flow.v1 import flow_pb2 as pb


class Requests:
    """Requests about jobs, each one transaction."""

    def __init__(self, jobs: Jobs, peers: Peers, member: str) -> None:
        self._jobs, self._peers, self._member = jobs, peers, member

    def create(self, spec: pb.JobSpec, anew: Collection[str] = ()) -> Job:
        """Start a job that this member promotes; the same id again returns the job that is there."""
        try:
            return self._jobs.get(spec.job)
        except NoSuchJob:
            pass
        if not spec.parties or spec.parties[0].member != self._member:
            raise InvalidJob(f"{self._member} must be the first party, as the promoter")
        if spec.reuse_from:
            self._reuse(spec, anew)
        return self._jobs.add(new_job(spec, self._member, State.CREATED))

    def stop(self, name: str, reason: str) -> Job:
        """Stop a job: at once when we promote it, else by asking its promoter."""
        job = self._jobs.get(name)
        if job.ended:
            raise WrongState(f"job {name} is {job.state} already")
        failure = Failure("HAN-4004", reason or "stopped by its own people", party=self._member)
        if not job.coordinates:
            try:
                self._peers.stop(job.promoter, name, reason)
            except HanseError as error:
                raise WrongState(
                    f"{job.promoter} cannot be asked to stop the job: {error.detail}", hint="Try again in a moment."
                ) from error
            return self._jobs.get(name)
        return self._jobs.change(
            name, lambda now: now if now.ended else now.changed(state=State.STOPPING, failure=failure)
        )

    def asked_to_stop(self, origin: str, name: str, reason: str) -> None:
        """Stop a job of ours because a provider asks for it."""
        job = self._jobs.get(name)
        if not job.coordinates or origin not in job.others:
            raise NoSuchJob(f"there is no job {name}")
        failure = Failure("HAN-4004", f"{origin} stopped it: {reason}", party=origin)
        self._jobs.change(name, lambda now: now if now.ended else now.changed(state=State.STOPPING, failure=failure))

    def resume(self, name: str) -> Job:
        """Go on with a job that failed, was stopped or timed out; what succeeded is kept."""
        job = self._jobs.get(name)
        if not job.coordinates:
            raise WrongState(f"only {job.promoter} can resume job {name}")
        if job.state not in RESUMABLE:
            raise WrongState(f"job {name} is {job.state}; only failed, stopped or timed out jobs can be resumed")

        def change(now: Job) -> Job:
            for task in now.tasks.values():
                if task.state not in DONE:
                    now = now.with_task(task.again(now_ms()))
            return now.changed(state=State.CREATED, failure=None, waiting=None, ended_ms=0, answers={})

        return self._jobs.change(name, change)

    def decide(self, name: str, *, approve: bool, reason: str) -> Job:
        """Take our people's decision about a job that waits for it."""

        def change(now: Job) -> Job:
            if now.state is not State.PENDING_APPROVAL or now.coordinates:
                raise WrongState(f"job {name} does not wait for approval here")
            if approve:
                return now.changed(state=State.QUEUED, waiting=None)
            return now.changed(
                state=State.REFUSED, failure=Failure("HAN-5005", reason or "refused", party=self._member)
            )

        return self._jobs.change(name, change)

    def plan(self, spec: pb.JobSpec, anew: Collection[str]) -> list[NodePlan]:
        """Say which nodes a job would reuse, and why it would run the others."""
        new_job(spec, self._member, State.CREATED)
        return plan(spec, self._jobs.get(spec.reuse_from) if spec.reuse_from else None, anew)

    def _reuse(self, spec: pb.JobSpec, anew: Collection[str]) -> None:
        """Name the nodes whose outputs of an earlier job can be taken as they are."""
        strange = sorted(set(anew) - {node.id for node in spec.nodes})
        if strange:
            raise InvalidJob(f"node {strange[0]!r} is to run again, and the job has none of that name")
        for found in plan(spec, self._jobs.get(spec.reuse_from), anew):
            if found.reused_from:
                spec.reused[found.node] = found.reused_from
